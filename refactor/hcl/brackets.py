"""What stands between two brackets: members, parted by commas, by line ends (objects only), or by both.

A last member may have a comma of its own, and commas may lead lines. New members come in the style of their neighbours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from refactor.edits import Edit, Span
from refactor.hcl.document import Document
from refactor.hcl.placing import ends_in_heredoc, indentation, indented, line_end, line_start, starts_line, step
from refactor.hcl.removal import fills_lines, inline_out, lines_out, only_comment, without

_SKIPPED = re.compile(rb"(?:[^,#/]|#[^\n]*|//[^\n]*|/\*.*?\*/|/)*", re.DOTALL)


def put(document: Document, span: Span, text: str) -> Edit:
    """Text in the place of a span; nothing follows the marker of a heredoc on its line."""
    start, end = span
    written = flowing(document, text, start)
    if ends_in_heredoc(text) and document.data[end : line_end(document.data, end)].strip():
        end += len(document.data[end:]) - len(document.data[end:].lstrip(b" \t"))
        written += document.newline + indentation(document, start)
    return Edit(start, end, written)


def flowing(document: Document, text: str, at: int) -> bytes:
    """Text whose first line goes on where ``at`` is, and whose other lines are indented like the line there."""
    indent = indentation(document, at)
    return indented(text, indent, document, step(document.body)).removeprefix(indent)


@dataclass
class Members:
    """What stands between two brackets. ``heredocs`` says which members end in one: nothing may follow on the line of its marker."""

    document: Document
    around: Span
    spans: list[Span]
    heredocs: list[bool]
    needs_commas: bool

    @property
    def data(self) -> bytes:
        return self.document.data

    @property
    def closing(self) -> int:
        return self.around.end - 1

    @cached_property
    def level(self) -> bytes:
        """What a level of indentation is in this file."""
        return step(self.document.body)

    def _lines(self, text: str, indent: bytes) -> bytes:
        return indented(text, indent, self.document, self.level)

    def limit(self, i: int) -> int:
        """Where the next member starts, or the closing bracket."""
        return self.spans[i + 1].start if i + 1 < len(self.spans) else self.closing

    def comma(self, i: int) -> int | None:
        """The comma after member ``i``: only blanks, line ends and comments stand before it."""
        skipped = _SKIPPED.match(self.data, self.spans[i].end, self.limit(i))
        at = skipped.end() if skipped is not None else self.limit(i)
        return at if at < self.limit(i) else None

    @cached_property
    def commas(self) -> bool:
        """Whether members are parted by commas."""
        return self.needs_commas or any(self.comma(i) is not None for i in range(len(self.spans) - 1))

    @cached_property
    def leading(self) -> bool:
        """Whether commas stand before members on their lines."""
        return any(self._leads(i) for i in range(len(self.spans) - 1) if not self.heredocs[i])

    def _leads(self, i: int) -> bool:
        comma = self.comma(i)
        return comma is not None and self._breaks(self.spans[i].end, comma) and not self._breaks(comma, self.limit(i))

    def _breaks(self, start: int, end: int) -> bool:
        return self.data.find(b"\n", start, end) != -1

    def reset(self, i: int, value: Span, text: str) -> list[Edit]:
        """Put ``text`` in the place of the value of member ``i``. After a heredoc the line's end parts it from the next, not a comma."""
        comma = self.comma(i)
        end = value.end
        if comma is not None and ends_in_heredoc(text) and not self.data[end:comma].strip():
            end = comma + 1
        return [put(self.document, Span(value.start, end), text)]

    # Insertion

    def insert(self, i: int, text: str) -> list[Edit]:
        """Add a member after member ``i``."""
        if not self.spans:
            return self._fill(text)
        if not self._breaks(self.spans[i].end, self.limit(i)):
            return self._beside(i, text)
        return self._below(i, text)

    def _fill(self, text: str) -> list[Edit]:
        """The first member."""
        start, end = self.around.start + 1, self.closing
        inside = self.data[start:end]
        tail = b"," if self.needs_commas else b""
        indent = indentation(self.document, self.around.start)
        if b"\n" in inside:
            last = start + len(inside.rstrip())
            at = line_end(self.data, last if last > start else start)
            inner = (
                indentation(self.document, last)
                if last > start and starts_line(self.data, self._comment_start(last))
                else indent + self.level
            )
            written = self.document.newline + self._lines(text, inner)
            return [Edit(at, at, written + self._separated(text, tail, self.document.newline + inner))]
        if inside.strip():
            at = start + len(inside.rstrip())
            return [Edit(at, end, b" " + flowing(self.document, text, start) + (b"" if self.needs_commas else b" "))]
        if self.needs_commas:
            written = flowing(self.document, text, start)
            return [Edit(start, end, written + self.document.newline + indent if ends_in_heredoc(text) else written)]
        if "\n" not in text:
            return [Edit(start, end, f" {text} ".encode())]
        newline = self.document.newline
        return [Edit(start, end, newline + self._lines(text, indent + self.level) + newline + indent)]

    def _comment_start(self, end: int) -> int:
        """Where the comment that ends at ``end`` starts: at the first thing on its line."""
        start = line_start(self.data, end)
        return start + len(self.data[start:end]) - len(self.data[start:end].lstrip())

    def _beside(self, i: int, text: str) -> list[Edit]:
        """A member on the line on which member ``i`` ends."""
        if "\n" in text and not self._breaks(self.around.start, self.around.end) and not self._commented():
            return self._opened(i, text)
        comma = self.comma(i)
        end = self.closing if comma is None else comma
        at = self.spans[i].end + len(self.data[self.spans[i].end : end].rstrip())
        written = b", " + flowing(self.document, text, self.spans[i].start)
        if not ends_in_heredoc(text):
            return [Edit(at, at, written)]
        line = self.document.newline + indentation(self.document, self.spans[i].start)
        if self.needs_commas or comma is None:
            return [Edit(at, at, written + line)]
        rest = self.data[comma + 1 : self.limit(i)]  # the line's end parts the heredoc from the next key, not a comma
        return [Edit(at, comma + 1 + len(rest) - len(rest.lstrip(b" \t")), written + line)]

    def _commented(self) -> bool:
        """Whether something other than commas stands between the members."""
        ends = [self.around.start + 1, *(s.end for s in self.spans)]
        starts = [*(s.start for s in self.spans), self.closing]
        return any(self.data[a:b].strip(b" \t,") for a, b in zip(ends, starts, strict=True))

    def _opened(self, i: int, text: str) -> list[Edit]:
        """Members on one line get a line each before one of several lines joins them."""
        newline = self.document.newline
        outer = indentation(self.document, self.around.start)
        inner = newline + outer + self.level
        comma = b"," if self.commas else b""
        added = newline + self._lines(text, outer + self.level)
        edits = [Edit(self.around.start + 1, self.spans[0].start, inner)]
        for j, span in enumerate(self.spans):
            last = j + 1 == len(self.spans)
            after = added + (b"" if last and not self.needs_commas else self._separated(text, comma, inner)) if j == i else b""
            own = comma if not last or j == i or self.needs_commas else b""
            edits.append(Edit(span.end, self.limit(j), own + after + (newline + outer if last else inner)))
        return edits

    def _below(self, i: int, text: str) -> list[Edit]:
        """A member on a line of its own."""
        document = self.document
        newline = document.newline
        span, comma, last = self.spans[i], self.comma(i), i + 1 == len(self.spans)
        indent = self._indent(i)
        written = self._lines(text, indent)
        if self.heredocs[i] and comma is None and self.needs_commas:
            at = line_end(self.data, span.end)
            return [Edit(at, at, newline + indent + b"," + newline + written)]
        if (comma is not None and self._leads(i)) or (comma is None and self.leading and last):
            at = line_end(self.data, span.end)
            lead = indentation(document, comma) if comma is not None else indent
            return [Edit(at, at, newline + lead + b", " + self._lines(text, lead).removeprefix(lead))]
        if comma is None and self.commas and last and not self.heredocs[i]:
            at = line_end(self.data, span.end)
            if at == span.end:
                return [Edit(at, at, b"," + newline + written)]
            return [Edit(span.end, span.end, b","), Edit(at, at, newline + written)]
        at = line_end(self.data, span.end if comma is None else comma + 1)
        tail = self._separated(text, b",", newline + indent) if comma is not None else b""
        return [Edit(at, at, newline + written + tail)]

    def _separated(self, text: str, comma: bytes, line: bytes) -> bytes:
        """The comma after a new member. It can't stand beside the marker of a heredoc, and an object does without."""
        if not comma or not ends_in_heredoc(text):
            return comma
        return line + comma if self.needs_commas else b""

    def _indent(self, i: int) -> bytes:
        """Indentation of a new line after member ``i``: that of the nearest member that starts a line."""
        for j in (*range(i, -1, -1), *range(i + 1, len(self.spans))):
            if starts_line(self.data, self.spans[j].start):
                return indentation(self.document, self.spans[j].start)
        if self.leading:
            return indentation(self.document, self.spans[-1].start)
        return indentation(self.document, self.around.start) + self.level

    # Removal

    def remove(self, i: int) -> list[Edit]:
        data = self.data
        span = self.spans[i]
        inside = Span(self.around.start + 1, self.closing)
        if len(self.spans) == 1 and not self.data[inside.start : span.start].strip():
            comma = self.comma(0)
            rest = data[comma + 1 if comma is not None else span.end : inside.end]
            if not rest.strip() and (comma is None or not data[span.end : comma].strip()):
                return [Edit(inside.start, inside.end, b"")]
        comma = self.comma(i)
        last = i + 1 == len(self.spans)
        before = self._leading_comma(i)
        if before is not None:
            return [lines_out(self.document, Span(before, span.end))]
        whole = Span(span.start, comma + 1 if comma is not None else span.end)
        if comma is not None and self._leads(i) and i == 0:
            return [Edit(span.start, self.spans[1].start, b"")]
        if fills_lines(data, whole):
            opened_at = self.around.start if i == 0 else None
            edits = [lines_out(self.document, whole, opened_at)]
            return [*self._last_comma(i - 1), *edits] if last and comma is None and i > 0 else edits
        return [self._inline(i, whole, last=last)]

    def _leading_comma(self, i: int) -> int | None:
        """The comma with which member ``i`` starts its line."""
        if i == 0 or not self._leads(i - 1):
            return None
        comma = self.comma(i - 1)
        rest = self.data[self.spans[i].end : line_end(self.data, self.spans[i].end)]
        return comma if comma is not None and starts_line(self.data, comma) and only_comment(rest) else None

    def _last_comma(self, i: int) -> list[Edit]:
        """What becomes of the comma after member ``i`` when that is the last one: it goes, where the last one had none."""
        comma = self.comma(i)
        if comma is None:
            return []
        span = Span(comma, comma + 1)
        return [lines_out(self.document, span) if fills_lines(self.data, span) else Edit(comma, comma + 1, b"")]

    def _inline(self, i: int, whole: Span, *, last: bool) -> Edit:
        data = self.data
        if len(self.spans) == 1:
            return without(data, Span(self.around.start + 1, self.closing), whole)
        if last and i > 0 and not data[self.spans[i - 1].end : whole.start].strip(b" \t\r\n,"):
            return Edit(self.spans[i - 1].end, self.spans[i].end, b"")
        if not last:
            following = self.spans[i + 1].start
            gap = data[whole.end : following]
            if not gap.strip() and (i == 0 or b"\n" not in gap):
                return Edit(whole.start, following, b"")
            if b"\n" not in gap:
                return Edit(whole.start, whole.end + len(gap) - len(gap.lstrip()), b"")
        return inline_out(data, whole)
