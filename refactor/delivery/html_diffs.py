"""The difference that each fix makes, as the report's page wants it: hunks of lines, to be laid out and coloured where they are read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from refactor.changeset import FileChange, Stage
from refactor.codemod import Finding, Fix, Place
from refactor.delivery.diff import Hunk, hunks
from refactor.delivery.originals import Originals
from refactor.delivery.report import Report
from refactor.edits import apply

_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")

Lines = Sequence[str | tuple[Sequence[str], Sequence[str]]]
"""Unchanged lines, and pairs of what was and what is there."""


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file. ``kind`` is ``changed``, ``new``, ``deleted`` or ``moved``; a hunk has the lines above it, before and after, and its lines.

    ``together``: it also shows what other codemods of the run do there.
    """

    path: str
    kind: str
    hunks: Sequence[tuple[int, int, str, Lines]] = ()
    moved_from: str = ""
    together: bool = False

    def data(self) -> dict[str, object]:
        """As JSON."""
        found: dict[str, object] = {"path": visible(self.path), "kind": self.kind, "hunks": self.hunks}
        return found | ({"from": visible(self.moved_from)} if self.moved_from else {}) | ({"together": True} if self.together else {})


class Diffs:
    """The files of all fixes, each once; fixes have indices of them."""

    def __init__(self, report: Report, originals: Originals) -> None:
        self._originals = originals
        self._composed: Mapping[str, FileChange] = {c.path: c for c in report.result.changeset}
        self._numbers: dict[str, int] = {}
        self.files: list[FileDiff] = []

    def of(self, finding: Finding) -> list[int]:
        """Indices in :attr:`files` of what a finding's fix changes."""
        fix = finding.fix
        if fix is None:
            return []
        return [self._number(d) for d in (*self._edited(finding, fix), *_created(fix), *self._gone(fix))]

    def _number(self, diff: FileDiff) -> int:
        key = json.dumps(diff.data())
        if key not in self._numbers:
            self._numbers[key] = len(self.files)
            self.files.append(diff)
        return self._numbers[key]

    def _edited(self, finding: Finding, fix: Fix) -> Iterable[FileDiff]:
        alone = self._originals.edits(replace(finding, fix=Fix(fix.files)))
        if alone is None:
            yield from (self._among_others(finding, file.path) for file in fix.files)
            return
        for path, edits in alone.items():
            before = self._originals.data(path) or b""
            change = FileChange(path, before, apply(before, edits), stages=(Stage(finding.codemod, tuple(edits)),))
            yield FileDiff(path, "changed", [_hunk(h) for h in hunks(change)])

    def _among_others(self, finding: Finding, path: str) -> FileDiff:
        """The hunks of the run's whole change that the fix is in."""
        change = self._composed.get(path)
        if change is None:
            return FileDiff(path, "changed")
        if change.before is None:
            return FileDiff(path, "new", [_hunk(h) for h in hunks(change)], together=True)
        edits = [e for f in (finding.fix.files if finding.fix is not None else ()) if f.path == path for e in f.edits]
        spots = [self._originals.spot(Place(path, e.start, e.end, 1, 1), finding.codemod) for e in edits]
        found = [h for h in hunks(change) if any(h.before < s.end_line + 1 and s.line <= _end(h) + 1 for s in spots)]
        return FileDiff(path, "changed", [_hunk(h) for h in found], moved_from=change.moved_from or "", together=True)

    def _gone(self, fix: Fix) -> Iterable[FileDiff]:
        for path in fix.delete:
            before = self._originals.data(self._originals.path(path))
            yield FileDiff(path, "deleted", [_hunk(h) for h in hunks(FileChange(path, before, None))])
        yield from (FileDiff(new, "moved", moved_from=old) for old, new in fix.move.items())


def _created(fix: Fix) -> Iterable[FileDiff]:
    for path, content in fix.create.items():
        yield FileDiff(path, "new", [_hunk(h) for h in hunks(FileChange(path, None, content))])


def _end(hunk: Hunk) -> int:
    """The last line of a hunk, before the change."""
    return hunk.before + sum(1 if isinstance(line, bytes) else len(line.old) for line in hunk.lines)


def _hunk(hunk: Hunk) -> tuple[int, int, str, Lines]:
    lines: Lines = [_line(x) if isinstance(x, bytes) else ([_line(o) for o in x.old], [_line(n) for n in x.new]) for x in hunk.lines]
    return hunk.before, hunk.after, _line(hunk.heading), lines


def _line(line: bytes) -> str:
    return visible(line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "replace"))


def visible(text: str) -> str:
    """Text in which what would move the cursor, hide text or turn its direction is shown as ``<U+202E>``; line breaks are spaces."""
    return _HIDDEN.sub(lambda m: f"<U+{ord(m[0]):04X}>", text.replace("\n", " "))
