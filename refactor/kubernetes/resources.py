"""What a container asks for and may use: the amounts of CPU and memory that are set.

hashicorp/kubernetes has ``requests`` and ``limits`` as maps in the block ``resources``; before version 2 they were blocks in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from refactor.hcl.expressions import Literal, Object, Template
from refactor.kubernetes.nodes import Field, Node, Typed
from refactor.kubernetes.quantities import InvalidQuantity, Quantity
from refactor.kubernetes.workloads import NOT_REWRITTEN, Container
from refactor.project.choices import TooMany
from refactor.project.exploring import TOO_MANY
from refactor.project.texts import as_text
from refactor.project.values import Known, Map, Str, Unknown, Value, found, is_optional
from refactor.reasons import Reason

SECTIONS = REQUESTS, LIMITS = "requests", "limits"
CPU, MEMORY = "cpu", "memory"
Cell = tuple[str, str]
"""``("requests", "cpu")``."""

CELLS: tuple[Cell, ...] = ((REQUESTS, CPU), (REQUESTS, MEMORY), (LIMITS, CPU), (LIMITS, MEMORY))
_LOOP = Unknown(Reason.COMPUTED, "a dynamic block decides")
_NULL = Unknown(Reason.NOT_LITERAL, "null is written there, or may be")
_KEYS = Unknown(Reason.COMPUTED, "keys that the code does not name")
_OTHER = Unknown(Reason.NOT_LITERAL, "it is set in some of the ways in which this comes out, and not in others")


@dataclass(frozen=True, slots=True)
class Amount:
    """One of the four. ``present`` is None where the code does not say; ``why`` says why that, or the value, is not known."""

    present: bool | None
    values: tuple[Quantity, ...] = ()
    field: Field | None = None
    why: Unknown | None = None

    @property
    def is_literal(self) -> bool:
        """Whether it is written out there, and stands for nothing else."""
        expression = self.field.expression if self.field is not None else None
        return isinstance(expression, Literal) or (isinstance(expression, Template) and expression.literal is not None)

    @property
    def text(self) -> str:
        """For people."""
        if self.present is False:
            return ""
        texts = self.field.texts if self.field is not None else ()
        return " or ".join(texts) or "not known"


_ABSENT = Amount(False)


@dataclass(frozen=True, eq=False)
class Declared:
    """The amounts that a container has. ``node`` is its ``resources``, None where it has none."""

    container: Container
    node: Node | None
    amounts: Mapping[Cell, Amount]

    def __getitem__(self, cell: Cell) -> Amount:
        return self.amounts[cell]

    @property
    def above_limit(self) -> str:
        """The resource of which more is requested than its limit, which the API refuses; empty if there is none."""
        for name in (CPU, MEMORY):
            request, limit = self[REQUESTS, name].values, self[LIMITS, name].values
            if request and limit and min(request) > max(limit):
                return name
        return ""

    @property
    def texts(self) -> dict[Cell, str]:
        """What is set, for people, with what else the maps have (``nvidia.com/gpu``)."""
        found = {cell: amount.text for cell, amount in self.amounts.items() if amount.text}
        for section in SECTIONS:
            plain = self.node.field(section) if self.node is not None else None
            for name, inner in ((plain.entries() or {}) if plain is not None else {}).items():
                found.setdefault((section, name), inner.text or "not known")
        return found

    @property
    def text(self) -> str:
        """``requests cpu=100m; limits memory=1Gi``; empty if nothing is set."""
        return shown(self.texts)


def shown(texts: Mapping[Cell, str]) -> str:
    """Amounts as one line."""
    parts = []
    for section in SECTIONS:
        names = dict.fromkeys((CPU, MEMORY, *(name for _, name in texts)))
        amounts = [f"{name}={texts[section, name]}" for name in names if (section, name) in texts]
        if amounts:
            parts.append(f"{section} {', '.join(amounts)}")
    return "; ".join(parts)


def declared(container: Container) -> Declared | Unknown:
    """What is set for a container."""
    there = container.node.has("resources")
    if there is None:
        return _LOOP
    plain = container.node.field("resources")
    if plain is not None and is_optional(plain.thunk):
        return _OTHER
    forms = list(container.node.children("resources")) if there else []
    if there and not forms:
        return NOT_REWRITTEN
    unknown = next((f.unknown for f in forms if f.unknown is not None), None)
    if unknown is not None:
        return unknown
    amounts = {cell: _merged([_amount(form, *cell) for form in forms]) for cell in CELLS}
    return Declared(container, forms[0] if forms else None, amounts)


def _amount(form: Node, section: str, name: str) -> Amount:
    if isinstance(form, Typed):
        blocks = form.children(section)
        if any(b.repeated for b in blocks):
            return Amount(None, why=_LOOP)
        if blocks:
            plain = blocks[0].field(name)
            return _ABSENT if plain is None else _of(plain)
    plain = form.field(section)
    if plain is None:
        return _ABSENT if form.complete else Amount(None, why=_KEYS)
    return _where_present(plain, _in_map(plain, name))


def _where_present(plain: Field, amount: Amount) -> Amount:
    """What is said of a field, or of something in it, that only some of the choices in the code make."""
    if not is_optional(plain.thunk):
        return amount
    try:
        ways = {there for there, _ in plain.reader.every(lambda: found(plain.thunk) is not None, plain.made)}
    except TooMany:
        return Amount(None, why=TOO_MANY)
    return _merged([*([amount] if True in ways else []), *([_ABSENT] if False in ways else [])])


def _in_map(plain: Field, name: str) -> Amount:
    if isinstance(plain.expression, Object):
        entries = plain.entries()
        if entries is None:
            return Amount(None, why=Unknown(Reason.COMPUTED, "a key that is no literal"))
        return _of(entries[name]) if name in entries else _ABSENT
    return _merged([_in_value(plain, value, name) for value in plain.answers])


def _in_value(plain: Field, value: Value, name: str) -> Amount:
    if isinstance(value, Unknown):
        return Amount(None, why=value)
    if isinstance(value, Known) and value.value is None:
        return _ABSENT
    if not isinstance(value, Map):
        return Amount(None, why=Unknown(Reason.COMPUTED, "no map"))
    if name in value.entries:
        inner = Field(plain.reader, plain.scope, plain.address, plain.span, value.entries[name], plain.made)
        return _where_present(inner, _of(inner))
    return _ABSENT if value.complete else Amount(None, why=_KEYS)


def _of(plain: Field) -> Amount:
    """An amount that is written, or comes with a map."""
    if any(isinstance(v, Known) and v.value is None for v in plain.answers):
        return Amount(None, field=plain, why=_NULL)
    values: list[Quantity] = []
    for value in plain.answers:
        text = as_text(value)
        if not isinstance(text, Str):
            return Amount(True, field=plain, why=text)
        try:
            values.append(Quantity.parse(text.text))
        except InvalidQuantity as error:
            return Amount(True, field=plain, why=Unknown(Reason.COMPUTED, str(error)))
    return Amount(True, tuple(values), plain)


def _merged(forms: Sequence[Amount]) -> Amount:
    """An amount that comes out in several ways."""
    if len(forms) < 2:
        return forms[0] if forms else _ABSENT
    if all(f.present is False for f in forms):
        return _ABSENT
    if all(f.present for f in forms):
        values = tuple(v for f in forms for v in f.values) if all(f.values for f in forms) else ()
        return Amount(True, values, why=next((f.why for f in forms if f.why is not None), None))
    return Amount(None, why=next((f.why for f in forms if f.why is not None), _OTHER))
