"""How the fixes of one codemod are put together, and what stands in the way of one.

A :class:`Draft` collects fixes that all speak of the same state of the files. It decides about a fix as a whole: either all its parts
go in, or it is refused with one :class:`Problem`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from refactor.codemod import Fix
from refactor.edits import Edit, EditConflict, images, ordered
from refactor.reasons import Reason


class Written(NamedTuple):
    """Bytes that an earlier codemod of the run wrote."""

    start: int
    end: int
    codemod: str


class Current(NamedTuple):
    """A path as the stage found it: its bytes (None: nothing there), what of them earlier codemods wrote, and who emptied the place."""

    data: bytes | None
    written: Sequence[Written]
    codemod: str = ""
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands in the way of a fix. ``codemod`` is whose change it is, empty for a codemod's own."""

    path: str
    detail: str
    reason: Reason = Reason.CONFLICT
    codemod: str = ""


def carried(written: Sequence[Written], edits: Sequence[Edit], codemod: str) -> list[Written]:
    """What is written by whom after ``edits`` (ordered, replacing nothing in ``written`` but blanks), by position."""
    texts = images(edits)
    result = [Written(text.start, text.end, codemod) for text in texts if text.end > text.start]
    todo = 0
    shift = 0
    for start, end, owner in written:
        while todo < len(edits) and edits[todo].end <= start:
            shift += len(edits[todo].text) - (edits[todo].end - edits[todo].start)
            todo += 1
        at = start
        while todo < len(edits) and edits[todo].start < end:  # inside are insertions, and blanks that align columns: they split it
            result.append(Written(at + shift, edits[todo].start + shift, owner))
            at = edits[todo].end
            shift += len(edits[todo].text) - (edits[todo].end - edits[todo].start)
            todo += 1
        result.append(Written(at + shift, end + shift, owner))
    return sorted(piece for piece in result if piece.end > piece.start)


@dataclass(slots=True)
class _Placed:
    """The edits accepted in one file, kept so that a clash is found without a look at all of them."""

    replaced: list[Edit] = field(default_factory=list)  # by position; they don't overlap
    points: list[int] = field(default_factory=list)  # where something is inserted, sorted
    inserted: dict[int, list[Edit]] = field(default_factory=dict)

    def has(self, edit: Edit) -> bool:
        if edit.start == edit.end:
            return edit in self.inserted.get(edit.start, ())
        at = bisect_left(self.replaced, edit.start, key=lambda other: other.start)
        return at < len(self.replaced) and self.replaced[at] == edit

    def clash(self, edit: Edit, data: bytes) -> bool:
        """Whether the edit touches bytes of another, or would stand beside an insertion in an order that nobody decided."""
        before = bisect_right(self.replaced, edit.start, key=lambda other: other.start)
        if edit.start == edit.end:
            inside = before > 0 and self.replaced[before - 1].start < edit.start < self.replaced[before - 1].end
            return inside or any(not _independent(data, edit, other) for other in self.inserted.get(edit.start, ()))
        if before > 0 and self.replaced[before - 1].end > edit.start:
            return True
        if before < len(self.replaced) and self.replaced[before].start < edit.end:
            return True
        first = bisect_right(self.points, edit.start)
        return first < len(self.points) and self.points[first] < edit.end

    def add(self, edits: Iterable[Edit]) -> None:
        for edit in edits:
            if edit.start < edit.end:
                insort(self.replaced, edit, key=lambda other: other.start)
            elif edit.start in self.inserted:
                self.inserted[edit.start].append(edit)
            else:
                insort(self.points, edit.start)
                self.inserted[edit.start] = [edit]

    def all(self) -> list[Edit]:
        return ordered([*(edit for point in self.points for edit in self.inserted[point]), *self.replaced])


def _independent(data: bytes, first: Edit, second: Edit) -> bool:
    """Whether two insertions at one point are whole lines, so that either order leaves both as they were meant."""
    point = first.start
    starts_line = point == 0 or data[point - 1 : point] == b"\n" or (point == 3 and data.startswith(b"\xef\xbb\xbf"))
    if starts_line and first.text.endswith(b"\n") and second.text.endswith(b"\n"):
        return True
    ends_line = data[point : point + 1] in (b"", b"\n") or data[point : point + 2] == b"\r\n"
    breaks = (b"\n", b"\r\n")
    return ends_line and first.text.startswith(breaks) and second.text.startswith(breaks)


class Draft:
    """The fixes of one codemod that go together. Edits and origins are named by the paths that the codemod saw."""

    def __init__(self, current: Callable[[str], Current]) -> None:
        self.creates: dict[str, bytes] = {}
        self.deletes: dict[str, None] = {}
        self.moves: dict[str, str] = {}
        self._read = current
        self._known: dict[str, Current] = {}
        self._targets: dict[str, str] = {}
        self._placed: dict[str, _Placed] = {}

    def add(self, fix: Fix) -> Problem | None:
        """Take the fix in, or say what stands in its way; then nothing of it was taken in."""
        edits: defaultdict[str, list[Edit]] = defaultdict(list)
        for file in fix.files:
            edits[file.path].extend(file.edits)
        problems = chain(
            self._paths(fix),
            self._moves(fix),
            self._deletes(fix),
            self._creates(fix),
            chain.from_iterable(self._edits(path, own) for path, own in edits.items()),
        )
        problem = next(problems, None)
        if problem is not None:
            return problem
        for path, own in edits.items():
            if own:
                placed = self._placed.setdefault(path, _Placed())
                placed.add([edit for edit in own if not placed.has(edit)])
        self.moves.update(fix.move)
        self._targets.update((new, old) for old, new in fix.move.items())
        self.deletes.update(dict.fromkeys(fix.delete))
        self.creates.update(fix.create)
        return None

    def edits(self) -> Iterator[tuple[str, list[Edit]]]:
        """Each edited path with its edits, ordered."""
        for path, placed in self._placed.items():
            yield path, placed.all()

    def _current(self, path: str) -> Current:
        known = self._known.get(path)
        if known is None:
            known = self._known[path] = self._read(path)
        return known

    def _paths(self, fix: Fix) -> Iterator[Problem]:
        for path in (*(file.path for file in fix.files), *fix.create, *fix.delete, *fix.move, *fix.move.values()):
            if not path or "\0" in path or any(part in ("", ".", "..", ".git") for part in path.split("/")):
                yield Problem(path, "not a path in the repository", Reason.OUTSIDE)

    def _moves(self, fix: Fix) -> Iterator[Problem]:
        for old, new in fix.move.items():
            if self._current(old).data is None:
                yield self._missing(old)
            elif self.moves.get(old, new) != new:
                yield Problem(old, f"another fix moves the file to {self.moves[old]}")
            elif old in self.deletes or old in fix.delete:
                yield Problem(old, "another fix deletes the file")
            elif self._targets.get(new, old) != old or list(fix.move.values()).count(new) > 1:
                yield Problem(new, "another file is moved to the same path")
            elif new in self.creates or new in fix.create:
                yield Problem(new, "another fix creates a file at the same path")
            else:
                yield from self._occupied(fix, new)

    def _deletes(self, fix: Fix) -> Iterator[Problem]:
        for path in fix.delete:
            current = self._current(path)
            if current.data is None:
                yield self._missing(path)
            elif current.written:
                codemod = current.written[0].codemod
                yield Problem(path, f"{codemod} has changed the file", codemod=codemod)
            elif path in self.moves:
                yield Problem(path, f"another fix moves the file to {self.moves[path]}")
            elif path in self._placed or any(file.path == path and file.edits for file in fix.files):
                yield Problem(path, "another fix edits the file")
            elif path in self.creates or path in fix.create:
                yield Problem(path, "another fix creates the file")

    def _creates(self, fix: Fix) -> Iterator[Problem]:
        for path, data in fix.create.items():
            if self.creates.get(path, data) != data:
                yield Problem(path, "another fix creates the file with other content")
            elif path in self._targets:
                yield Problem(path, "another file is moved to the same path")
            elif any(file.path == path for file in fix.files) and path not in fix.move:
                yield Problem(path, "the fix contradicts itself: it edits the file and creates it", Reason.GATE)
            elif self._current(path).data != data or path in self.deletes or path in self._placed:
                yield from self._occupied(fix, path)

    def _occupied(self, fix: Fix, path: str) -> Iterator[Problem]:
        """What keeps a new file from standing at ``path``."""
        if self._current(path).data is not None and path not in self.moves and path not in fix.move:
            yield Problem(path, "a file of this name exists")
        parts = path.split("/")
        for count in range(1, len(parts)):
            parent = "/".join(parts[:count])
            new = parent in self.creates or parent in self._targets or parent in fix.create or parent in fix.move.values()
            if new or self._current(parent).data is not None:
                yield Problem(path, f"{parent} is a file, not a directory")

    def _edits(self, path: str, edits: list[Edit]) -> Iterator[Problem]:
        current = self._current(path)
        data = current.data
        if data is None:
            yield self._missing(path)
            return
        if path in self.deletes:
            yield Problem(path, "another fix deletes the file")
        if path in self.creates and path not in self.moves:
            yield Problem(path, "another fix needs the file as it is")
        try:
            own = ordered(edits)
        except EditConflict as conflict:
            yield Problem(path, f"the fix contradicts itself: {conflict}", Reason.GATE)
            return
        if own and own[-1].end > len(data):
            detail = f"the fix edits bytes {own[-1].start} to {own[-1].end} of a file of {len(data)} bytes"
            yield Problem(path, detail, Reason.GATE)
        placed = self._placed.get(path, _Placed())
        for edit in own:
            if not placed.has(edit) and placed.clash(edit, data):
                yield Problem(path, f"another fix changes bytes {edit.start} to {edit.end}")
            owner = _owner(current.written, edit)
            if owner:
                yield Problem(path, f"{owner} wrote bytes {edit.start} to {edit.end}", codemod=owner)

    def _missing(self, path: str) -> Problem:
        current = self._current(path)
        return Problem(path, f"the file was {current.gone}" if current.gone else "no such file", codemod=current.codemod)


def _owner(written: Sequence[Written], edit: Edit) -> str:
    """Whose bytes the edit would replace; empty if nobody's."""
    if edit.start == edit.end:
        return ""
    at = bisect_right(written, edit.start, key=lambda piece: piece.end)
    return written[at].codemod if at < len(written) and written[at].start < edit.end else ""
