"""One way in which an image comes out at one place: its text with the literals that make it up, or why it cannot be known."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace

from refactor.edits import Span
from refactor.project.values import Slice, Str, Unknown


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
    pull_policy: str | None = None  # the policy beside it, where its text is known
    has_pull_policy: bool = False

    @property
    def slices(self) -> tuple[Slice, ...]:
        """The literals that are part of it, or become one, as far as they are known."""
        empty = self.parts.digest.slices if self.parts is not None and self.parts.digest is not None and not self.parts.digest.text else ()
        return (*(self.value.slices if isinstance(self.value, Str) else self.value.seen), *empty)

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two readings one: the same literals, through the same last references, at the same place; or one reason."""
        place = (self.where.path, self.where.span, self.where.address)
        if isinstance(self.value, Unknown):
            return (*place, self.value.reason, self.value.detail)
        return (*place, *((s.place, s.via) if s.source.path else s.text for s in self.slices))

    def with_seen(self, other: Reading) -> Reading:
        """This reading; where its value is not known, with the literals that became part of another one, too."""
        if not isinstance(self.value, Unknown) or not isinstance(other.value, Unknown):
            return self
        seen = tuple(dict.fromkeys((*self.value.seen, *other.value.seen)))
        return replace(self, value=replace(self.value, seen=seen))


@dataclass(frozen=True, slots=True)
class Position:
    """A place that reads an image. ``read`` gives what it reads under the choices of the moment; None where that is no image after all.

    ``made`` are the choices that lead to the place.
    """

    where: Where
    read: Callable[[], Reading | None]
    made: Mapping[Hashable, str] = field(default_factory=dict)
