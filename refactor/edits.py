"""Byte-span edits: the only way in which tfmod changes a file.

An edit replaces ``data[start:end]`` by ``text``; ``start == end`` inserts. All offsets are bytes of the *original* data, so a set of
edits has no order of application, and what lies outside the spans is identical by construction.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range of byte offsets."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``data[start:end]`` by ``text``."""

    start: int
    end: int
    text: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"no span: {self.start}..{self.end}")

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a fix declares to change: gate c and the value-level difference are held against these.

    ``address`` is ``<block address> / <path>`` (see :mod:`refactor.hcl.addresses`); ``before`` is None for what is new, ``after`` for what
    goes.
    """

    address: str
    before: str | None
    after: str | None


class EditConflict(Exception):
    """Two edits claim the same bytes."""

    def __init__(self, first: Edit, second: Edit) -> None:
        super().__init__(f"edits overlap at bytes {second.start}..{min(first.end, second.end)}")
        self.first = first
        self.second = second


def ordered(edits: Iterable[Edit]) -> list[Edit]:
    """Sort by position and drop exact repeats of a replacement.

    Insertions at one point keep the order in which they were given and stand before a replacement that starts there.

    Raises:
        EditConflict: two edits overlap.
    """
    result: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if result:
            last = result[-1]
            if edit == last and edit.start != edit.end:
                continue
            if edit.start < last.end:
                raise EditConflict(last, edit)
        result.append(edit)
    return result


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return ``data`` with every edit applied.

    Raises:
        EditConflict: two edits overlap.
        ValueError: an edit lies outside ``data``.
    """
    parts: list[bytes] = []
    at = 0
    for edit in ordered(edits):
        if edit.end > len(data):
            raise ValueError(f"edit {edit.start}..{edit.end} outside a file of {len(data)} bytes")
        parts.append(data[at : edit.start])
        parts.append(edit.text)
        at = edit.end
    parts.append(data[at:])
    return b"".join(parts)


def images(edits: Sequence[Edit]) -> list[Span]:
    """Where each edit's text lies in the edited data, for ``edits`` already :func:`ordered`."""
    result: list[Span] = []
    shift = 0
    for edit in edits:
        start = edit.start + shift
        result.append(Span(start, start + len(edit.text)))
        shift += len(edit.text) - (edit.end - edit.start)
    return result


class LineIndex:
    """Byte offset to 1-based line and column (columns count characters of UTF-8, as editors do)."""

    __slots__ = ("_data", "_starts")

    def __init__(self, data: bytes) -> None:
        self._data = data
        starts = [0]
        find = data.find
        at = find(b"\n")
        while at != -1:
            starts.append(at + 1)
            at = find(b"\n", at + 1)
        self._starts = starts

    def line(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def column(self, offset: int) -> int:
        start = self._starts[self.line(offset) - 1]
        return len(self._data[start:offset].decode("utf-8", "replace").removeprefix("\ufeff")) + 1


def compose(length: int, stages: Iterable[Iterable[Edit]]) -> list[Edit]:
    """Edits on the original, of ``length`` bytes, that do what the stages do one after the other.

    Each stage's offsets are of the previous stage's result. Edits that touch become one.
    """
    pieces: list[Span | bytes] = [Span(0, length)]  # original bytes kept, or text put in
    for stage in stages:
        pieces = _replaced(pieces, ordered(stage))
    result: list[Edit] = []
    at = 0
    text = b""
    for piece in [*pieces, Span(length, length)]:
        if isinstance(piece, bytes):
            text += piece
            continue
        if text or piece.start > at:
            result.append(Edit(at, piece.start, text))
        at, text = piece.end, b""
    return result


def _replaced(pieces: list[Span | bytes], edits: list[Edit]) -> list[Span | bytes]:
    """The pieces after one stage of edits, whose offsets count along the pieces."""
    result: list[Span | bytes] = []
    todo = iter(edits)
    edit = next(todo, None)
    at = 0
    for piece in pieces:
        size = len(piece) if isinstance(piece, bytes) else piece.end - piece.start
        used = 0  # bytes of this piece already kept or dropped
        while edit is not None and edit.start <= at + size:
            keep = edit.start - at
            if keep > used:
                result.append(_slice(piece, used, keep))
                used = keep
            if edit.end > at + size and edit.start == at + size:
                break  # nothing of it lies in this piece
            used = max(used, min(edit.end - at, size))
            if edit.end > at + size:
                break  # goes on in the next piece
            result.append(edit.text)
            edit = next(todo, None)
        if used < size:
            result.append(_slice(piece, used, size))
        at += size
    return result


def _slice(piece: Span | bytes, start: int, end: int) -> Span | bytes:
    return piece[start:end] if isinstance(piece, bytes) else Span(piece.start + start, piece.start + end)
