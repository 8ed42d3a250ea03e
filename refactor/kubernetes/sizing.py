"""Which amounts a container is to get: from measurements and policies, beside what it has. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from refactor.kubernetes.quantities import Quantity
from refactor.kubernetes.resources import CELLS, CPU, LIMITS, MEMORY, REQUESTS, Amount, Cell, Declared
from refactor.metrics.recommend import Advice, Policy, Resources, recommend
from refactor.metrics.usage import ContainerKey, NoUsage, Usage
from refactor.project.values import Unknown
from refactor.reasons import Reason

_ADVICE = {
    (REQUESTS, CPU): "cpu_request",
    (REQUESTS, MEMORY): "memory_request",
    (LIMITS, CPU): "cpu_limit",
    (LIMITS, MEMORY): "memory_limit",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What follows from measurements. ``missing`` says why there is nothing about CPU or about memory."""

    numbers: Mapping[Cell, Advice]
    missing: tuple[NoUsage, ...] = ()


def measured(keys: Sequence[ContainerKey], answers: Mapping[ContainerKey, Usage | NoUsage], policy: Policy) -> Measured | NoUsage:
    """Numbers that are enough for each of these containers, which have one text in common; if one was not measured, there are none."""
    found: list[tuple[ContainerKey, Resources]] = []
    for key in keys:
        answer = answers[key]
        advice = recommend(answer, policy) if isinstance(answer, Usage) else answer
        if isinstance(advice, NoUsage):
            return advice if len(keys) == 1 else NoUsage(advice.reason, f"one of {len(keys)} that this code makes, {key}: {advice.detail}")
        found.append((key, advice))
    numbers: dict[Cell, Advice] = {}
    for cell, name in _ADVICE.items():
        advices: list[tuple[ContainerKey, Advice | None]] = [(key, getattr(advice, name)) for key, advice in found]
        there = [(key, advice) for key, advice in advices if advice is not None]
        if len(there) == len(keys):
            key, most = max(there, key=lambda each: each[1].value)
            numbers[cell] = most if len(keys) == 1 else replace(most, why=f"{most.why} (the highest of {len(keys)}: {key})")
    return Measured(numbers, tuple(m for _, advice in found for m in advice.missing))


def scaled(policy: Policy, targets: Mapping[str, int]) -> Policy:
    """Head-room for containers whose number of pods follows a percentage of the request: with the median use at the percentage, an
    autoscaler keeps as many pods as there are. Without it, the request would be used up at half of all times, and it would add pods."""

    def room(name: str, own: int) -> int:
        return max(own, -(-10_000 // targets[name]) - 100) if targets.get(name) else own

    return replace(
        policy,
        cpu_request_headroom=room(CPU, policy.cpu_request_headroom),
        memory_request_headroom=room(MEMORY, policy.memory_request_headroom),
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """``amounts`` are to be written, in the order of :data:`refactor.kubernetes.resources.CELLS`; ``left`` says why others are not."""

    amounts: Mapping[Cell, Advice] = field(default_factory=dict)
    left: Mapping[Cell, Unknown] = field(default_factory=dict)


def planned(held: Declared, numbers: Mapping[Cell, Advice], *, overwrite: bool) -> Plan:
    """Numbers for what is not set, or for what is and may be overwritten; a request is never above its limit, whichever of them is new."""
    amounts: dict[Cell, Advice] = {}
    left: dict[Cell, Unknown] = {}
    for name in (CPU, MEMORY):
        _pair(name, held, numbers, overwrite, amounts, left)
    return Plan({cell: amounts[cell] for cell in CELLS if cell in amounts}, left)


def _pair(
    name: str, held: Declared, numbers: Mapping[Cell, Advice], overwrite: bool, amounts: dict[Cell, Advice], left: dict[Cell, Unknown]
) -> None:
    request, limit = (REQUESTS, name), (LIMITS, name)
    new: dict[Cell, Advice] = {}
    for cell in (request, limit):
        why = _not_settable(held[cell], overwrite=overwrite)
        if cell not in numbers or (why is not None and why.reason is Reason.DESELECTED):
            continue
        if why is None:
            new[cell] = numbers[cell]
        else:
            left[cell] = why
    if limit in new and request not in new:
        _fit(limit, new, left, _bound(held[request], highest=True))
    elif request in new:
        _fit(request, new, left, new[limit].value if limit in new else _bound(held[limit], highest=False))
    amounts |= {cell: advice for cell, advice in new.items() if set(held[cell].values) != {advice.value}}


def _bound(amount: Amount, *, highest: bool) -> Quantity | Unknown | None:
    """What the other amount of a pair must go with; None: nothing is set."""
    if amount.values:
        return max(amount.values) if highest else min(amount.values)
    return None if amount.present is False else amount.why or Unknown(Reason.COMPUTED)


def _fit(cell: Cell, new: dict[Cell, Advice], left: dict[Cell, Unknown], bound: Quantity | Unknown | None) -> None:
    """Change a number, or leave it out, so that the request is not above the limit."""
    is_limit = cell[0] == LIMITS
    other = "request" if is_limit else "limit"
    if isinstance(bound, Unknown):
        left[cell] = Unknown(bound.reason, f"the {other} that it must go with is not known" + (f": {bound.detail}" if bound.detail else ""))
        del new[cell]
    elif bound is not None and (bound > new[cell].value if is_limit else bound < new[cell].value):
        change = "raised" if is_limit else "lowered"
        new[cell] = Advice(bound, str(bound), f"{new[cell].why}; {change} from {new[cell].text} to the {other}")


def _not_settable(amount: Amount, *, overwrite: bool) -> Unknown | None:
    if amount.present is False:
        return None
    if amount.present is None:
        return amount.why or Unknown(Reason.COMPUTED)
    if not overwrite:
        return Unknown(Reason.DESELECTED, "--overwrite changes what is set")
    return None if amount.is_literal else Unknown(Reason.NOT_LITERAL, "the amount is not written out there")


def final(held: Declared, plan: Plan) -> dict[Cell, Quantity]:
    """The amounts after the plan, as far as they are known: the highest, where there are several."""
    found = {cell: max(amount.values) for cell, amount in held.amounts.items() if amount.values}
    return found | {cell: advice.value for cell, advice in plan.amounts.items()}


def cells_of(names: Collection[Cell]) -> str:
    """For people: ``cpu request, memory limit``."""
    return ", ".join(f"{name} {section.removesuffix('s')}" for section, name in CELLS if (section, name) in names)
