"""What the nodes of one YAML stream share: the bytes, their mask, the anchors, and answers about them that
are worked out once.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from refactor.edits import Span
from refactor.yaml.scalars import Part, Piece, parts_of, pieces_of
from refactor.yaml.template import Mark, nesting_after

if TYPE_CHECKING:
    from refactor.yaml.document import Node, Scalar

_FAR = 65536
_JSON = re.compile(rb'\s*(?:\[\s*)*(?:\{\s*["}]|"|\])')


@dataclass(slots=True, eq=False)
class Anchor:
    """``aliases`` counts the ``*name`` that refer to it. ``node`` is None while the node is being read, for
    an anchor inside itself.
    """

    name: str
    span: Span
    aliases: int = 0
    node: Node | None = None
    parent: Anchor | None = None


@dataclass(slots=True, eq=False)
class Source:
    """What all nodes of one stream share. ``masked`` is ``data[start:end]`` with its template syntax
    masked.
    """

    data: bytes
    start: int
    end: int
    template: bool
    masked: bytes
    marks: list[Mark]
    anchors: list[Anchor] = field(default_factory=list)
    _nesting: list[int] | None = None
    _mark_starts: list[int] | None = None
    _mark_ends: list[int] | None = None
    _pieces: dict[int, list[Piece] | None] = field(default_factory=dict)
    _parts: dict[int, tuple[Part, ...]] = field(default_factory=dict)
    _shared: tuple[list[int], list[Anchor]] | None = None

    @property
    def is_json(self) -> bool:
        """Whether the text looks like JSON, where every string has double quotes."""
        return _JSON.match(self.masked) is not None

    def newline_at(self, offset: int) -> str:
        """The line break in use near ``offset``."""
        feed = self.data.find(b"\n", offset, self.end)
        if feed == -1:
            feed = self.data.rfind(b"\n", 0, offset)
        return "\r\n" if feed > 0 and self.data[feed - 1] == 13 else "\n"

    def marks_in(self, start: int, end: int) -> list[Mark]:
        """Marks that overlap ``start..end``."""
        if self._mark_starts is None:
            self._mark_starts = [mark.start for mark in self.marks]
            self._mark_ends = [mark.end for mark in self.marks]
        first = bisect_right(self._mark_ends or [], start)
        return self.marks[first : bisect_left(self._mark_starts, end)]

    def nesting(self, offset: int) -> int:
        """How many conditionals and loops of the template are open at ``offset``."""
        if self._nesting is None:
            self._nesting = [0, *nesting_after(self.marks)]
            self.marks_in(0, 0)
        return self._nesting[bisect_right(self._mark_ends or [], offset)]

    def is_whole(self, start: int, end: int) -> bool:
        """Whether conditionals and loops that open in ``start..end`` close there, and no branch of an outer one begins there."""
        depth = 0
        for mark in self.marks_in(start, end):
            depth += mark.nesting
            if depth < 0 or (depth == 0 and self.data.startswith(b"else", mark.inner.start)):
                return False
        return depth == 0

    def is_filled(self, offset: int, *, column: int = 0) -> bool:
        """Whether an interpolation stands behind ``offset``, at ``column`` or further in, with only blanks and directives between."""
        local = offset - self.start
        ahead = self.masked[local : local + _FAR]
        end = offset + len(ahead) - len(ahead.lstrip(b" \t\r\n"))
        for mark in self.marks_in(offset, end):
            if not mark.control:
                return mark.start - self.data.rfind(b"\n", 0, mark.start) - 1 >= column
        return False

    def pieces(self, scalar: Scalar) -> list[Piece] | None:
        """See :func:`refactor.yaml.scalars.pieces_of`."""
        key = scalar.content.start
        if key not in self._pieces:
            self._pieces[key] = pieces_of(
                self.data,
                self.masked,
                self.start,
                scalar.content,
                scalar.style,
                scalar.parsed,
                self.marks_in(*scalar.content),
            )
        return self._pieces[key]

    def parts(self, scalar: Scalar) -> tuple[Part, ...] | None:
        """The pieces as literal text and interpolations; None where they are not clear."""
        key = scalar.content.start
        if key not in self._parts:
            pieces = self.pieces(scalar)
            if pieces is None:
                return None
            self._parts[key] = parts_of(pieces)
        return self._parts[key]

    def reads(self, anchor: str, span: Span) -> bool:
        """Whether an alias refers to the anchor on the node at ``span``."""
        return any(a.aliases and a.name == anchor and a.span == span for a in self.anchors)

    def aliases(self, span: Span) -> int:
        """Number of aliases that read what lies in ``span``: those of the anchors on it or around it."""
        if self._shared is None:
            self._shared = _shared(self.anchors)
        starts, anchors = self._shared
        at = bisect_right(starts, span.start) - 1
        anchor = anchors[at] if at >= 0 else None
        count = 0
        while anchor is not None:
            if anchor.span.end >= span.end:
                count += anchor.aliases
            anchor = anchor.parent
        return count


def _shared(anchors: list[Anchor]) -> tuple[list[int], list[Anchor]]:
    """Starts of the anchors that have aliases, and the anchors, each knowing the one around it."""
    used = sorted((a for a in anchors if a.aliases), key=lambda a: (a.span.start, -a.span.end))
    open_: list[Anchor] = []
    for anchor in used:
        while open_ and open_[-1].span.end <= anchor.span.start:
            open_.pop()
        anchor.parent = open_[-1] if open_ else None
        open_.append(anchor)
    return [anchor.span.start for anchor in used], used
