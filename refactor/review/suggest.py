"""Fixes as suggestions that a reviewer applies with a click: those that lie wholly in lines that the change added or altered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from refactor.codemod import Outcome
from refactor.delivery.concerns import Concern, concerns
from refactor.delivery.markdown_text import code
from refactor.delivery.originals import Originals
from refactor.delivery.positions import Text
from refactor.delivery.report import Report
from refactor.edits import Edit, EditConflict, apply
from refactor.forges.model import Note
from refactor.review.compare import ChangedLines
from refactor.review.wording import becomes, what

_MARKER = re.compile(r"<!-- tfmod-suggestion: ([0-9a-f ]+) -->")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Lines ``first`` to ``last`` of a file become ``content`` (without a final newline; empty: they go)."""

    path: str
    first: int
    last: int
    content: str
    concerns: tuple[Concern, ...]

    @property
    def fingerprints(self) -> frozenset[str]:
        return frozenset(c.fingerprint for c in self.concerns)

    def note(self) -> Note:
        """As a remark on the lines, with a hidden line that says which findings it resolves."""
        lines = [f"<!-- tfmod-suggestion: {' '.join(sorted(self.fingerprints))} -->"]
        for concern in self.concerns:
            after = becomes(concern.first)
            lines.append(f"{code(concern.rule.code)} {what(concern.first)}" + (f"; becomes {after}" if after else ""))
        body = "\n\n".join(lines)
        return Note(self.path, self.last, body, self.first if self.first < self.last else 0, self.content)


def marked(body: str) -> frozenset[str]:
    """The findings that a remark of tfmod says it resolves; none where it is no such remark."""
    match = _MARKER.match(body)
    return frozenset(match[1].split()) if match else frozenset()


@dataclass(frozen=True, slots=True)
class _Draft:
    """One fix: its edits of one file, and the lines that they touch."""

    path: str
    edits: tuple[Edit, ...]
    first: int
    last: int
    concern: Concern


def suggestions(report: Report, new: Sequence[Concern], changed: ChangedLines) -> list[Suggestion]:
    """What can be suggested of the fixes of a run, by file and line. Fixes that share lines become one suggestion.

    The fingerprints are those of ``new``, which the fix may have changed in what the run found.
    """
    originals = Originals(report)
    names = {(c.rule.code, c.place.path, c.first.address): c.fingerprint for c in reversed(new)}
    drafts: list[_Draft] = []
    for concern in concerns(report.result.findings):
        name = names.get((concern.rule.code, concern.place.path, concern.first.address))
        draft = _draft(concern, originals, changed) if name is not None else None
        if name is not None and draft is not None:
            drafts.append(replace(draft, concern=replace(concern, fingerprint=name)))
    found = (_suggestion(group, originals) for group in _clusters(sorted(drafts, key=lambda d: (d.path, d.first, d.last))))
    return [one for one in found if one is not None and changed(one.path).issuperset(range(one.first, one.last + 1))]


def _draft(concern: Concern, originals: Originals, changed: ChangedLines) -> _Draft | None:
    first = concern.first
    if first.outcome is not Outcome.CHANGED or any(f.fix != first.fix for f in concern.findings):
        return None
    edits = originals.edits(first) or {}
    if len(edits) != 1:
        return None
    [(path, own)] = edits.items()
    data, lines = originals.data(path), originals.text(path)
    if data is None or lines is None or not own or b"\r" in data or data.startswith(_BOM):  # a click would write other bytes than we do
        return None
    spans = [_lines(data, lines, edit, changed(path)) for edit in own]
    return _Draft(path, tuple(own), min(a for a, _ in spans), max(b for _, b in spans), concern)


def _lines(data: bytes, lines: Text, edit: Edit, changed: frozenset[int]) -> tuple[int, int]:
    """The lines that an edit touches. Whole lines that it puts in go with the line above, or the one below if that one is changed."""
    line = lines.line(edit.start)
    at_start = edit.start == 0 or data[edit.start - 1 : edit.start] == b"\n"
    if edit.start == edit.end:
        return (line - 1, line - 1) if at_start and line > 1 and (line - 1 in changed or line not in changed) else (line, line)
    ends_line = data[edit.end - 1 : edit.end] == b"\n" and at_start
    return line, max(lines.line(edit.end - 1 if ends_line else edit.end), line)


def _clusters(drafts: Iterable[_Draft]) -> Iterator[list[_Draft]]:
    """Drafts in order, those together that share a line."""
    group: list[_Draft] = []
    for draft in drafts:
        if group and (group[0].path != draft.path or draft.first > max(d.last for d in group)):
            yield group
            group = []
        group.append(draft)
    if group:
        yield group


def _suggestion(group: Sequence[_Draft], originals: Originals) -> Suggestion | None:
    first, last, path = group[0].first, max(d.last for d in group), group[0].path
    data = originals.data(path) or b""
    starts = _starts(data)
    start, end = starts[first - 1], starts[last] if last < len(starts) else len(data)
    edits = list(dict.fromkeys(edit for draft in group for edit in draft.edits))
    try:
        after = apply(data[start:end], [Edit(e.start - start, e.end - start, e.text) for e in edits])
    except (EditConflict, ValueError):
        return None
    if after.endswith(b"\n"):
        after = after[:-1]
    elif after and end < len(data):  # the line below would join the last one
        return None
    try:
        content = after.decode()
    except UnicodeDecodeError:
        return None
    return Suggestion(path, first, last, content, tuple(d.concern for d in group))


def _starts(data: bytes) -> list[int]:
    """Offsets of the lines."""
    starts = [0]
    while (at := data.find(b"\n", starts[-1])) != -1:
        starts.append(at + 1)
    return starts if starts[-1] < len(data) or len(starts) == 1 else starts[:-1]
