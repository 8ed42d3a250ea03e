"""``# tfmod:ignore[pin-images] reason`` beside or above a block, an attribute or a value; ``# tfmod:ignore-file[...] reason`` for a file.

Names are those of codemods, rule codes or rule names, parted by commas; ``*`` is all. A suppression without a reason, and one that
suppresses nothing, are findings themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from refactor.codemod import Finding, Outcome, Place, Rule
from refactor.edits import Span
from refactor.hcl import SUFFIXES
from refactor.hcl.document import BOM, Document
from refactor.project.project import Project
from refactor.reasons import Reason

UNEXPLAINED = Rule("TFM001", "suppression-without-reason", "a tfmod:ignore comment gives no reason")
USELESS = Rule("TFM002", "suppression-of-nothing", "a tfmod:ignore comment suppresses nothing")
RULES = (UNEXPLAINED, USELESS)

_WORD = b"tfmod:ignore"
_COMMENT = re.compile(rb"(?:#|//|/\*)[ \t]*tfmod:ignore(-file)?\[([^\]\n]*)\][ \t]*([^\n\r]*)")


@dataclass(eq=False)
class Suppression:
    """One comment. ``span`` is what it covers: None for the whole file."""

    place: Place
    names: frozenset[str]
    reason: str
    span: Span | None
    used: bool = field(default=False)

    def covers(self, finding: Finding) -> bool:
        rule = finding.rule
        names = {"*", finding.codemod, *((rule.code, rule.name) if rule is not None else ())}
        if not names & self.names:
            return False
        return any(p.path == self.place.path and self._holds(p.start) for p in (finding.place, finding.read_at) if p is not None)

    def _holds(self, offset: int) -> bool:
        return self.span is None or self.span.start <= offset < self.span.end


class Suppressions:
    """The comments of the files that the user asked about; each is read once."""

    def __init__(self, project: Project) -> None:
        self._all: list[Suppression] = []
        for path in project.workspace.files:
            data = project.read(path) if project.selected(path) else None
            if data is not None and _WORD in data:
                self._all += _read(project, path, data)

    def apply(self, finding: Finding) -> Finding:
        """The finding, skipped where a comment says so."""
        if finding.outcome is not Outcome.FOUND:
            return finding
        for suppression in self._all:
            if suppression.covers(finding):
                suppression.used = True
                where = f"line {suppression.place.line}"
                detail = suppression.reason or f"{where}, which gives no reason"
                return replace(finding, outcome=Outcome.SKIPPED, reason=Reason.SUPPRESSED, detail=detail)
        return finding

    def findings(self, ran: Iterable[str]) -> Iterator[Finding]:
        """What is wrong with the comments themselves, as far as the codemods and rules that ``ran`` can tell."""
        known = frozenset(ran)
        for one in self._all:
            shown = f"tfmod:ignore[{', '.join(sorted(one.names))}]"
            if not one.reason:
                yield Finding(one.place, one.place.path, f"{shown} gives no reason", rule=UNEXPLAINED, codemod="tfmod")
            elif not one.used and one.names <= known:
                yield Finding(one.place, one.place.path, f"{shown} suppresses nothing", rule=USELESS, codemod="tfmod")


def _read(project: Project, path: str, data: bytes) -> Iterator[Suppression]:
    lines = project.lines(path)
    document = project.document(path) if path.endswith(SUFFIXES) else None
    for match in _COMMENT.finditer(data):
        start = match.start()
        if document is not None and not _is_comment(document, start):
            continue
        place = Place(path, start, match.end(), lines.line(start), lines.column(start))
        names = frozenset(n.strip() for n in match.group(2).decode("utf-8", "replace").split(",") if n.strip())
        reason = match.group(3).decode("utf-8", "replace").partition("*/")[0].strip()
        span = None if match.group(1) else _covered(document, data, start)
        yield Suppression(place, names, reason, span)


def _is_comment(document: Document, offset: int) -> bool:
    """A comment of HCL, or of the text in a heredoc: YAML and scripts have theirs."""
    node = document.root.descendant_for_byte_range(offset, offset + 1)
    while node is not None and node.type != "comment":
        if node.type == "heredoc_template":
            return document.data[offset : offset + 1] == b"#" and document.data[offset - 1 : offset].isspace()
        node = node.parent
    return node is not None


def _covered(document: Document | None, data: bytes, start: int) -> Span:
    """What stands on the comment's line, or, where that is all of the line, what begins on the next line that is no comment."""
    line_start = data.rfind(b"\n", 0, start) + 1
    first = line_start
    if not data[line_start:start].removeprefix(BOM).strip():
        first = _next_line(data, start)
        while data[first : _next_line(data, first)].lstrip(b" \t").startswith((b"#", b"//", b"/*")):
            first = _next_line(data, first)
    end = _next_line(data, first)
    while data[first : first + 1] in (b" ", b"\t"):
        first += 1
    if document is None:
        return Span(first, end)
    node = document.root.descendant_for_byte_range(first, first + 1)
    covered = Span(first, end)
    while node is not None and node.start_byte == first:
        if node.type in ("attribute", "block", "object_elem", "expression"):
            covered = Span(first, max(node.end_byte, covered.end if node.end_byte <= end else node.end_byte))
        node = node.parent
    return covered


def _next_line(data: bytes, offset: int) -> int:
    end = data.find(b"\n", offset)
    return len(data) if end == -1 else end + 1
