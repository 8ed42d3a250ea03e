"""Taking a span out with the lines that it fills, so that no gap is left."""

from __future__ import annotations

from refactor.edits import Edit, Span
from refactor.hcl.document import BOM, Document
from refactor.hcl.placing import line_end, line_start, next_line, starts_line

_BLANKS = b" \t"


def only_comment(text: bytes) -> bool:
    """Whether a rest of a line holds nothing, or one comment that ends with it."""
    rest = text.strip()
    return (
        not rest or rest.startswith((b"#", b"//")) or (rest.startswith(b"/*") and rest.find(b"*/") == len(rest) - 2 and b"\n" not in rest)
    )


def fills_lines(data: bytes, span: Span) -> bool:
    """Whether nothing but a comment at its end shares the lines of a span."""
    return starts_line(data, span.start) and only_comment(data[span.end : line_end(data, span.end)])


def lines_out(document: Document, span: Span, opened_at: int | None = None, *, top: bool = False) -> Edit:
    """Delete a span with its lines; of two blank lines that would then meet, or one beside a brace, one goes too.

    ``opened_at`` is the opening bracket right above, if the span comes first in it; ``top`` says that it comes first in the file. Where
    something else shares the lines, that stays.
    """
    data = document.data
    if not fills_lines(data, span):
        return inline_out(data, span)
    start = line_start(data, span.start)
    end = next_line(data, line_end(data, span.end))
    blank_below = end < len(data) and not _line(data, end).strip()
    closed_below = end == len(data) or _line(data, end).lstrip().startswith((b"}", b"]", b")"))
    above = _line_above(data, start)
    if above is not None and not data[above:start].strip():
        start = above if blank_below or closed_below else start
    elif blank_below and _at_top(data, start, opened_at, top=top):
        end = next_line(data, end)
    if end == len(data) and not data.endswith(b"\n"):  # the last line has no line end to lose: the one before it does
        start -= 2 if data[:start].endswith(b"\r\n") else data[:start].endswith(b"\n")
    return Edit(start, end, b"")


def _at_top(data: bytes, start: int, opened_at: int | None, *, top: bool) -> bool:
    """Whether the line at ``start`` is the first behind the opening bracket, or in the file."""
    if opened_at is not None:
        return data.count(b"\n", opened_at, start) == 1
    return top and not data[:start].removeprefix(BOM).strip()


def _line_above(data: bytes, start: int) -> int | None:
    return None if start <= len(BOM) and not data[:start].removeprefix(BOM) else line_start(data, start - 1)


def _line(data: bytes, start: int) -> bytes:
    return data[start : next_line(data, start)]


def inline_out(data: bytes, span: Span) -> Edit:
    """Delete a span between other things on its line, with the blanks on one side."""
    start, end = span
    if starts_line(data, start):
        while data[end : end + 1] in (b" ", b"\t"):
            end += 1
    else:
        start = len(data[:start].rstrip(_BLANKS))
    return Edit(start, end, b"")


def without(data: bytes, inside: Span, span: Span) -> Edit:
    """Delete all that brackets hold on one line, if it is only the span; else the span alone."""
    if not data[inside.start : span.start].strip() and not data[span.end : inside.end].strip():
        return Edit(inside.start, inside.end, b"")
    return inline_out(data, span)
