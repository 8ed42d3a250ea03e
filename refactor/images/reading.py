"""One way in which an image comes out at one place: its text with the literals that make it up, or why it cannot be known."""

from __future__ import annotations

from dataclasses import dataclass, field

from refactor.edits import Span
from refactor.project.values import Str, Unknown


@dataclass(frozen=True, slots=True)
class Parts:
    """A chart's image in parts (``registry``, ``repository``, ``tag``, ``digest``): how they are joined is the chart's business."""

    repository: Str
    tag: Str | None
    registry: Str | None = None
    digest: Str | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """The attribute or value at which an image is read. ``ignored`` is its path as ``ignore_changes`` writes it, index None for any."""

    path: str
    span: Span
    address: str
    ignored: tuple[str | int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """``value`` is the whole reference; for a chart's image in parts, ``parts`` has them and ``value`` is what they say together."""

    where: Where
    value: Str | Unknown
    parts: Parts | None = None
    pull_policy: str | None = None  # the literal policy beside it, where there is one
    has_pull_policy: bool = False
    notes: tuple[str, ...] = field(default=())

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two readings one: the same literals at the same place."""
        if isinstance(self.value, Unknown):
            return (self.where.path, self.where.span, self.where.address, self.value.reason, self.value.detail)
        slices = tuple(s.place if s.source.path else s.text for s in self.value.slices)
        return (self.where.path, self.where.span, self.where.address, slices)
