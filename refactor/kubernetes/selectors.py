"""Labels, selectors and names: whether a selector selects, also where a value is known by its source alone.

Kubernetes API, ``LabelSelector``: every entry of ``matchLabels`` and every one of ``matchExpressions`` must hold; an empty selector selects
everything. ``app = each.key`` selects what is labelled ``app = each.key`` in the same module, whatever that comes to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from refactor.kubernetes.nodes import Field, Node

Answer = bool | None
"""True, False, or None where the code does not say."""


@dataclass(frozen=True, slots=True)
class Term:
    """A value to compare. ``texts`` are all its forms, None where one is not known; ``source`` is where and how it is written."""

    texts: tuple[str, ...] | None
    source: tuple[str, str] = ("", "")

    @property
    def text(self) -> str | None:
        return self.texts[0] if self.texts is not None and len(self.texts) == 1 else None

    def equals(self, other: Term) -> Answer:
        if self.text is not None and other.text is not None:
            return self.text == other.text
        if self.texts is not None and other.texts is not None and not set(self.texts) & set(other.texts):
            return False
        return True if self.source[1] and self.source == other.source else None


def term(plain: Field | None, default: str | None = None) -> Term:
    """A field as a term; ``default`` is its value where it is not written."""
    if plain is None or plain.is_null:
        return Term((default,)) if default is not None else Term(())
    known = plain.unknown is None and len(plain.texts) == len(plain.answers)
    return Term(plain.texts if known else None, (plain.scope.module.directory, " ".join(plain.source.split())))


@dataclass(frozen=True, slots=True)
class Labels:
    """``complete``: there are no others. ``source`` is where and how the whole map is written."""

    entries: Mapping[str, Term] = field(default_factory=dict)
    complete: bool = True
    source: tuple[str, str] = ("", "")


def labels(plain: Field | None) -> Labels:
    """A map of labels."""
    if plain is None or plain.is_null:
        return Labels()
    source = (plain.scope.module.directory, " ".join(plain.source.split()))
    entries = plain.entries()
    return Labels({}, False, source) if entries is None else Labels({k: term(v) for k, v in entries.items()}, True, source)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One of ``matchExpressions``. ``values`` is None where they are not known."""

    key: str
    operator: str
    values: tuple[str, ...] | None

    def selects(self, wanted: Labels) -> Answer:
        value = wanted.entries.get(self.key)
        there: Answer = True if value is not None else False if wanted.complete else None
        if self.operator in ("Exists", "DoesNotExist"):
            return there if there is None else there is (self.operator == "Exists")
        if self.operator not in ("In", "NotIn"):
            return None
        if there is None:
            return None
        if value is None:
            return self.operator == "NotIn"
        if value.text is None or self.values is None:
            return None
        return (value.text in self.values) is (self.operator == "In")


@dataclass(frozen=True, slots=True)
class Selector:
    """``requirements`` None: there are some that are not known."""

    match: Labels
    requirements: tuple[Requirement, ...] | None = ()

    @property
    def is_empty(self) -> bool:
        return not self.match.entries and self.match.complete and self.requirements == ()

    def selects(self, wanted: Labels) -> Answer:
        """Whether it selects pods with these labels."""
        if self.match.source[1] and self.match.source == wanted.source and self.requirements == ():
            return True
        answers = [_has(wanted, key, value) for key, value in self.match.entries.items()]
        answers += [r.selects(wanted) for r in self.requirements or ()]
        if False in answers:
            return False
        sure = self.match.complete and self.requirements is not None and None not in answers
        return True if sure else None


def _has(wanted: Labels, key: str, value: Term) -> Answer:
    found = wanted.entries.get(key)
    if found is None:
        return False if wanted.complete else None
    return value.equals(found)


def label_selector(node: Node | None) -> Selector:
    """A ``LabelSelector``; an empty one where it is not written."""
    if node is None:
        return Selector(Labels())
    if node.unknown is not None:
        return Selector(Labels({}, False), None)
    requirements = []
    for expression in node.children("matchExpressions"):
        key, operator, values = expression.text("key"), expression.text("operator"), expression.field("values")
        if key is None or operator is None:
            return Selector(labels(node.field("matchLabels")), None)
        listed = values.elements() if values is not None else []
        known = tuple(v for v in listed if v is not None) if listed is not None and None not in listed else None
        requirements.append(Requirement(key, operator, known))
    return Selector(labels(node.field("matchLabels")), tuple(requirements))


def all_of(*answers: Answer) -> Answer:
    """Whether all hold."""
    return False if False in answers else None if None in answers else True
