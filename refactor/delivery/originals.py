"""Places in the files as they are on the disk, also of a codemod that saw them as others of the same run had left them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from refactor.changeset import FileChange
from refactor.codemod import Finding, Place
from refactor.delivery.positions import Text
from refactor.delivery.report import Report
from refactor.edits import Edit, Span, images, ordered
from refactor.hcl import SUFFIXES

if TYPE_CHECKING:
    from refactor.hcl.document import Document


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file on the disk. ``text`` is None where there is no such file; the lines are then those that the codemod saw.

    Columns count characters from 1; the end is behind the last character.
    """

    path: str
    span: Span
    text: Text | None
    line: int
    column: int
    end_line: int
    end_column: int


class Originals:
    """The files of one report, before any change."""

    def __init__(self, report: Report) -> None:
        self._read = report.read
        self._order = {kind.name: number for number, kind in enumerate(report.codemods)}
        self._changes: dict[str, FileChange] = {}
        for changed in report.result.changeset:
            self._changes[changed.path] = changed
        self._data: dict[str, bytes | None] = {}
        self._texts: dict[str, Text] = {}
        self._documents: dict[str, Document] = {}

    def path(self, path: str) -> str:
        """Where a file is on the disk, which the run may have moved."""
        changed = self._changes.get(path)
        return changed.moved_from if changed is not None and changed.moved_from is not None else path

    def data(self, path: str) -> bytes | None:
        """A file's bytes, by its path on the disk."""
        if path not in self._data:
            self._data[path] = self._read(path)
        return self._data[path]

    def text(self, path: str) -> Text | None:
        """The positions in a file, by its path on the disk."""
        if path not in self._texts and (data := self.data(path)) is not None:
            self._texts[path] = Text(data)
        return self._texts.get(path)

    def spot(self, place: Place, codemod: str) -> Spot:
        """A place that a codemod named, in the file on the disk."""
        path = self.path(place.path)
        data, text = self.data(path), self.text(path)
        if data is None or text is None:
            return Spot(path, Span(place.start, place.end), None, place.line, place.column, place.line, place.column)
        start, end = place.start, max(place.end, place.start)
        for edits in reversed(self._before(place.path, codemod)):
            start, end = _before_edits(edits, start, end)
        start, end = min(start, len(data)), min(end, len(data))
        return Spot(path, Span(start, end), text, text.line(start), text.column(start), text.line(end), text.column(end))

    def edits(self, finding: Finding) -> dict[str, list[Edit]] | None:
        """A finding's fix as edits of the files on the disk, that hold when nothing else is applied.

        None where there is no fix, where it does more than edit files, or where it needs what other codemods of the run have done.
        """
        fix = finding.fix
        if fix is None or fix.create or fix.delete or fix.move:
            return None
        result: dict[str, list[Edit]] = {}
        for file in fix.files:
            path = self.path(file.path)
            edits: list[Edit] | None = list(file.edits)
            for stage in reversed(self._before(file.path, finding.codemod)):
                edits = _unaffected(stage, edits) if edits is not None else None
            if edits is None or self.data(path) is None:
                return None
            result.setdefault(path, []).extend(edits)
        return {path: self._as_printed(path, edits) for path, edits in result.items()}

    def _as_printed(self, path: str, edits: list[Edit]) -> list[Edit]:
        """With the columns of neighbouring lines that ``terraform fmt`` would move."""
        data = self.data(path)
        if data is None or not path.endswith(SUFFIXES) or all(_moves_nothing(data, e) for e in edits):
            return ordered(edits)
        from refactor.hcl.document import Document
        from refactor.hcl.layout import aligned

        if path not in self._documents:
            self._documents[path] = Document(path, data)
        return aligned(self._documents[path], edits)

    def _before(self, path: str, codemod: str) -> list[list[Edit]]:
        """The edits of a file by the codemods that ran before this one, in order."""
        changed = self._changes.get(path)
        number = self._order.get(codemod)
        if changed is None or number is None:
            return []
        return [ordered(s.edits) for s in changed.stages if s.edits and self._order.get(s.codemod, number) < number]


def _moves_nothing(data: bytes, edit: Edit) -> bool:
    """Whether an edit plainly leaves every other column: it stays within one line, behind its ``=``, with no comment or bracket near.

    This is for speed, where a report has thousands of fixes; what is not plain is laid out to see.
    """
    line = data[data.rfind(b"\n", 0, edit.start) + 1 : edit.start]
    rest = data[edit.start : max(data.find(b"\n", edit.end), edit.end)] + edit.text
    return b"=" in line and not any(mark in rest for mark in (b"\n", b"#", b"//", b"/*", b"{", b"}", b"[", b"]", b"(", b")", b"<"))


def _before_edits(edits: Sequence[Edit], start: int, end: int) -> tuple[int, int]:
    """A span of edited text in the text before the edits: where it lies in what was put in, it grows to what that replaced."""
    shift = last_shift = 0
    first: int | None = None
    last: int | None = None
    for edit, image in zip(edits, images(edits), strict=True):
        if image.start < image.end and image.start <= start < image.end:
            first = edit.start
        if image.start < end <= image.end:
            last = edit.end
        if image.end <= start:
            shift = edit.end - image.end
        if image.end < end or image.end <= start:
            last_shift = edit.end - image.end
    begins = start + shift if first is None else first
    return begins, max(begins, end + last_shift if last is None else last)


def _unaffected(stage: Sequence[Edit], edits: Sequence[Edit]) -> list[Edit] | None:
    """Edits of edited text as edits of the text before, if none touches what was edited."""
    result: list[Edit] = []
    for edit in edits:
        shift = 0
        for other, image in zip(stage, images(stage), strict=True):
            if image.start > edit.end:
                break
            if image.end >= edit.start:
                return None
            shift = other.end - image.end
        result.append(Edit(edit.start + shift, edit.end + shift, edit.text))
    return result
