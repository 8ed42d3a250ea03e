"""What a namespace allows its containers: LimitRanges and ResourceQuotas, also those that Kyverno generates.

Kubernetes documentation, "Limit Ranges": a container whose limit is above ``max`` or too many times its request, or whose request is below
``min``, is refused; one without a limit gets ``default`` (``max`` where that is not there), and is refused too if its request is above it.
Kyverno documentation, "Generate Rules": a rule of a ClusterPolicy makes an object for each Namespace that it matches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from refactor.kubernetes.nodes import Node
from refactor.kubernetes.objects import KubernetesObject
from refactor.kubernetes.quantities import InvalidQuantity, Quantity
from refactor.kubernetes.resources import CPU, LIMITS, MEMORY, REQUESTS, Cell
from refactor.kubernetes.selectors import Answer, Labels, all_of, label_selector
from refactor.kubernetes.workloads import Workload, Workloads
from refactor.project.project import Project


@dataclass(frozen=True, eq=False)
class _Made:
    """The specification of a LimitRange or a ResourceQuota: of an ``object``, or of what a Kyverno ``rule`` makes for namespaces."""

    kind: str
    address: str
    spec: Node
    object: KubernetesObject | None = None
    rule: Node | None = None


class Bounds:
    """What the namespaces of a project allow. Get it by ``project.view(Bounds)``."""

    def __init__(self, project: Project) -> None:
        objects = project.view(Workloads).objects
        self._namespaces = objects.of_kind("Namespace")
        self._made = (
            *(m for kind in ("LimitRange", "ResourceQuota") for o in objects.everywhere(kind) for m in _written(o)),
            *(m for policy in objects.everywhere("ClusterPolicy") for m in _generated(policy)),
        )

    def leaves(self, workload: Workload, amounts: Mapping[Cell, Quantity]) -> str:
        """How a container with these amounts, and no others, leaves what its namespace allows; empty if it does not."""
        for made in self._of(workload, "LimitRange"):
            for limit in (*made.spec.children("limits"), *made.spec.children("limit")):
                kind = limit.text("type")
                problem = _outside(limit, amounts) if kind == "Container" else _above(limit, amounts) if kind == "Pod" else ""
                if problem:
                    return f"{made.address}: {problem}"
        return ""

    def quotas(self, workload: Workload) -> list[str]:
        """Addresses of the quotas that count what the workload asks for."""
        return list(dict.fromkeys(m.address for m in self._of(workload, "ResourceQuota") if _counts(m.spec)))

    def _of(self, workload: Workload, kind: str) -> Iterator[_Made]:
        for made in self._made:
            if made.kind == kind and (
                self._matches(made.rule, workload)
                if made.rule is not None
                else made.object is not None and made.object.namespace.equals(workload.object.namespace)
            ):
                yield made

    def _matches(self, rule: Node, workload: Workload) -> bool:
        """Whether a rule is sure to make its object in the workload's namespace."""
        namespace = next((n for n in self._namespaces if n.name.equals(workload.object.namespace)), None)
        if namespace is None:
            return False
        excluded = [_selects(r, namespace) for r in _resources(rule.child("exclude"))]
        if any(answer is not False for answer in excluded):
            return False
        return any(_selects(r, namespace) is True for r in _resources(rule.child("match")))


def _written(thing: KubernetesObject) -> Iterator[_Made]:
    spec = thing.root.child("spec")
    if spec is not None:
        yield _Made(thing.kind, thing.address, spec, object=thing)


def _generated(policy: KubernetesObject) -> Iterator[_Made]:
    spec = policy.root.child("spec")
    for rule in spec.children("rules") if spec is not None else ():
        made = rule.child("generate")
        kind = made.text("kind") if made is not None else None
        inner = made.at("data", "spec") if made is not None else None
        if kind in ("LimitRange", "ResourceQuota") and inner is not None:
            yield _Made(kind, f"{policy.address} ({rule.text('name') or 'a rule'})", inner, rule=rule)


def _resources(match: Node | None) -> Iterator[Node]:
    """``resources`` of ``match`` or ``exclude``: its own, or those of ``any``."""
    if match is None:
        return
    for holder in (match, *match.children("any")):
        yield from holder.children("resources")


def _selects(resources: Node, namespace: KubernetesObject) -> Answer:
    kinds = resources.field("kinds")
    listed = kinds.elements() if kinds is not None else ["Namespace"]
    answers: list[Answer] = [listed is not None and any(k is not None and k.rpartition("/")[2] == "Namespace" for k in listed)]
    selector = resources.child("selector")
    if selector is not None:
        found: Labels = namespace.labels
        answers.append(label_selector(selector).selects(found))
    names = resources.field("namespaces") or resources.field("names")
    if names is not None:
        among = names.elements()
        answers.append(None if among is None or namespace.name.text is None else namespace.name.text in among)
    return all_of(*answers)


def _above(limit: Node, amounts: Mapping[Cell, Quantity]) -> str:
    """How one container has more than all of its pod may have."""
    for name in (CPU, MEMORY):
        highest, own = _quantity(limit, "max", name), amounts.get((LIMITS, name)) or amounts.get((REQUESTS, name))
        if own is not None and highest is not None and own > highest:
            return f"{own} of {name} is above the max of the whole pod, {highest}"
    return ""


def _outside(limit: Node, amounts: Mapping[Cell, Quantity]) -> str:
    for name in (CPU, MEMORY):
        highest, lowest = _quantity(limit, "max", name), _quantity(limit, "min", name)
        request, own = amounts.get((REQUESTS, name)), amounts.get((LIMITS, name))
        if own is not None and highest is not None and own > highest:
            return f"a {name} limit of {own} is above its max, {highest}"
        given = own or _quantity(limit, "default", name) or highest
        if request is not None and given is not None and request > given:
            return f"a {name} request of {request} is above the limit that it gives, {given}"
        if request is not None and lowest is not None and request < lowest:
            return f"a {name} request of {request} is below its min, {lowest}"
        ratio = _quantity(limit, "maxLimitRequestRatio", name)
        if ratio is not None and own is not None and request is not None and own.value > ratio.value * request.value:
            return f"a {name} limit of {own} is more than {ratio} times the request of {request}"
    return ""


def _quantity(limit: Node, field: str, name: str) -> Quantity | None:
    plain = limit.field(field)
    inner = (plain.entries() or {}).get(name) if plain is not None else None
    try:
        return Quantity.parse(inner.text) if inner is not None and inner.text is not None else None
    except InvalidQuantity:
        return None


def _counts(spec: Node) -> bool:
    """Whether a quota is about CPU or memory."""
    plain = spec.field("hard")
    names = (plain.entries() or {}) if plain is not None else {}
    return any(n.rpartition(".")[2] in (CPU, MEMORY) for n in names)
