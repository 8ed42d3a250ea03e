"""Same-length masks: template syntax becomes placeholder bytes, so that a YAML parser sees the structure that
the template will have.

A mask has the length of the text and its line feeds at the same offsets, so every span of the parser's is a
span of the file. What is masked becomes

* word characters, where it may be (part of) a scalar: ``image: ${var.image}``;
* carriage returns, which YAML reads as empty lines, where it is alone on a line and prints nothing, or prints
  structure. Empty lines are harmless in each context: between entries, in flow collections, and in block
  scalars, which a comment at column 0 would end;
* spaces, where a directive stands between things that are complete without it: ``"a"%{ if more },%{ endif
  }``.

Whether an interpolation that is alone on a line is a scalar or structure (``${indent(4, x)}``) cannot be
known before the template is rendered. So :func:`masks` offers several masks, the one that keeps most scalars
first; the reader takes the first that parses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from refactor.yaml.template import Mark, MarkKind, Unparsable, find_marks


@dataclass(frozen=True, slots=True)
class Mask:
    """``data`` has the length of the masked slice; ``marks`` are in order and carry offsets of the file."""

    data: bytes
    marks: list[Mark]


class _Alone(Enum):
    """What an interpolation alone on its line is taken for."""

    WORD = auto()
    BY_CONTEXT = auto()  # a scalar where the line before waits for a value, else structure
    STRUCTURE = auto()


@dataclass(slots=True)
class _Group:
    """Marks on one line with only blanks between them, and whether anything else is on the line before and
    behind them.
    """

    marks: list[Mark]
    line: int  # where the line starts
    leads: bool
    trails: bool
    before: int  # the last byte before the group on its line that is not blank, 0 if there is none
    led: int  # the indentation of a line that starts with a directive before the group, else -1


_NOT_LINE_FEED = re.compile(rb"[^\n]")
_NOT_LINE_END = re.compile(rb"[^\r\n]")
_WAITS_FOR_VALUE = re.compile(rb"[:\-?][ \t]*(?:[ \t]#[^\n]*)?$")
_BLOCK_HEADER = re.compile(rb"[|>][-+0-9]{0,2}[ \t]*(?:[ \t]#[^\n]*)?$")
_LINES_AROUND = 20
_MARKER = re.compile(rb"^( +)(---|\.\.\.)(?=[ \r\n]|\Z)", re.MULTILINE)
_INDENT = re.compile(rb"^( *)[^ \r\n]", re.MULTILINE)
_COMPLETE = b"\"'[]{},"


def masks(data: bytes, start: int, end: int) -> Iterator[Mask] | Unparsable:
    """Masks of ``data[start:end]``, best first. Where there is nothing to mask, the only one is the slice
    itself.
    """
    marks = find_marks(data, start, end)
    if isinstance(marks, Unparsable):
        return marks
    return _masks(data, start, end, marks)


def _masks(data: bytes, start: int, end: int, marks: list[Mark]) -> Iterator[Mask]:
    yield _mask(data, start, end, marks, _Alone.WORD)
    if any(mark.kind is not MarkKind.ESCAPE for mark in marks):
        yield _mask(data, start, end, marks, _Alone.BY_CONTEXT)
        yield _mask(data, start, end, marks, _Alone.STRUCTURE)
    if any(mark.kind is MarkKind.ACTION for mark in marks):
        plain = find_marks(data, start, end, actions=False)
        if not isinstance(plain, Unparsable):
            yield _mask(data, start, end, plain, _Alone.WORD)
            yield _mask(data, start, end, plain, _Alone.STRUCTURE)


def _mask(data: bytes, start: int, end: int, marks: list[Mark], alone: _Alone) -> Mask:
    out = bytearray(data[start:end])
    for group in _groups(data, start, end, [m for m in marks if m.kind is not MarkKind.ESCAPE]):
        _mask_group(data, start, out, group, alone)
    _outdent_markers(out)
    return Mask(bytes(out), marks)


def _groups(data: bytes, start: int, end: int, marks: list[Mark]) -> Iterator[_Group]:
    line, before, at, led = start, 0, start, -1
    group: _Group | None = None
    for mark in marks:
        feed = data.rfind(b"\n", at, mark.start)
        if feed != -1:
            line, before, led = feed + 1, 0, -1
        text = data[max(at, line) : mark.start].strip(b" \t\r")
        if text:
            before = text[-1]
        if group and feed == -1 and not text:
            group.marks.append(mark)
        else:
            if group:
                group.trails = feed != -1 and not data[at : data.find(b"\n", at, mark.start)].strip(b" \t\r")
                yield group
            group = _Group([mark], line, not before, trails=False, before=before, led=led)
            if group.leads and mark.control:
                led = mark.start - line
        at = mark.end
        if data.find(b"\n", mark.start, at) != -1:
            before = ord("x")  # what follows a mark of several lines does not start a line
    if group:
        feed = data.find(b"\n", at, end)
        group.trails = not data[at : end if feed == -1 else feed].strip(b" \t\r")
        yield group


def _mask_group(data: bytes, base: int, out: bytearray, group: _Group, alone: _Alone) -> None:
    if group.leads and group.trails and _is_structure(data, base, base + len(out), group, alone):
        for mark in group.marks:
            _blank(out, mark.start - base, mark.end - base)
        return
    rest = group.marks
    if group.leads:
        rest = _mask_leading(out, base, group)
    before = group.before
    starts_structure = alone is not _Alone.WORD and _goes_on_below(data, base + len(out), group)
    for mark in rest:
        closes_line = mark.nesting < 0 and group.trails
        if group.led >= 0 and _is_else(data, mark) and _break_line(out, mark.start - base, mark.end - base, group.led):
            before = ord("x")
        elif starts_structure or (mark.control and (closes_line or before in _COMPLETE)):
            _fill(out, mark.start - base, mark.end - base, b" ")
        else:
            _fill(out, mark.start - base, mark.end - base, b"x")
            before = ord("x")


def _is_else(data: bytes, mark: Mark) -> bool:
    return mark.control and data.startswith(b"else", mark.inner.start)


def _break_line(out: bytearray, start: int, end: int, indent: int) -> bool:
    """``%{ if x }a: 1%{ else }a: 2%{ endif }`` prints one of two lines: put each on a line of its own, if there is room."""
    if indent >= end - start or out.find(b"\n", start, end) != -1:
        return False
    out[start:end] = b"\r" * (end - start - indent) + b" " * indent
    return True


def _is_structure(data: bytes, base: int, end: int, group: _Group, alone: _Alone) -> bool:
    """Whether marks that are alone on their line print nothing, or entries rather than a scalar."""
    if all(mark.control for mark in group.marks):
        return True
    if alone is not _Alone.BY_CONTEXT:
        return alone is _Alone.STRUCTURE
    above = _line_above(data, base, group.line)
    if _BLOCK_HEADER.search(above):
        return False
    return not _WAITS_FOR_VALUE.search(above) or _column_below(data, end, group) > _key_column(above)


def _goes_on_below(data: bytes, end: int, group: _Group) -> bool:
    """``labels: ${indent(2, x)}`` with more labels below: what is printed is entries, though it starts behind
    the key.
    """
    if group.leads or not group.trails or group.before not in b":-":
        return False
    line = data[group.line : group.marks[0].start]
    column = line.rfind(b"-") if group.before == ord("-") else _key_column(line)
    return _column_below(data, end, group) > column


def _key_column(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" -"))


def _line_above(data: bytes, base: int, line: int) -> bytes:
    """The last line before ``line`` that is neither blank nor a comment, looking back over a few lines."""
    for _ in range(_LINES_AROUND):
        if line <= base:
            break
        stop = line - 1
        line = data.rfind(b"\n", base, stop) + 1 or base
        text = data[line:stop].rstrip()
        if text and not text.lstrip().startswith(b"#"):
            return text
    return b""


def _column_below(data: bytes, end: int, group: _Group) -> int:
    """The column at which the next line starts that is neither blank, nor a comment, nor template syntax; -1
    if there is none near.

    An item at the column of the key above it counts as one further in, for that is what it means.
    """
    at = data.find(b"\n", group.marks[-1].end, end) + 1
    for _ in range(_LINES_AROUND):
        if not at:
            break
        stop = data.find(b"\n", at, end)
        line = data[at : end if stop == -1 else stop]
        text = line.strip()
        if text and not text.startswith((b"#", b"%{", b"{{")):
            return len(line) - len(line.lstrip(b" ")) + text.startswith(b"- ")
        at = stop + 1
    return -1


def _mask_leading(out: bytearray, base: int, group: _Group) -> list[Mark]:
    """Blank the directives that start a line and put the line's indentation behind them; the marks that are
    left.
    """
    count = 0
    while count < len(group.marks) and group.marks[count].control:
        count += 1
    if not count:
        return group.marks
    first, last = group.line - base, group.marks[count - 1].end - base
    indent = bytes(out[first : group.marks[0].start - base])
    _blank(out, first, last)
    if b"\n" not in out[last - len(indent) : last]:
        out[last - len(indent) : last] = indent
    return group.marks[count:]


def _blank(out: bytearray, start: int, end: int) -> None:
    out[start:end] = _NOT_LINE_FEED.sub(b"\r", out[start:end])


def _fill(out: bytearray, start: int, end: int, filler: bytes) -> None:
    """Fill the first line; what a mark has on further lines becomes blank, so that its columns mean
    nothing.
    """
    feed = out.find(b"\n", start, end)
    if feed == -1:
        out[start:end] = filler * (end - start)
        return
    out[start:feed] = _NOT_LINE_END.sub(filler, out[start:feed])
    last = out.rfind(b"\n", start, end) + 1
    _blank(out, feed, last)
    rest = out.find(b"\n", end)
    if out[end : len(out) if rest == -1 else rest].strip(b" \t\r"):
        out[last:end] = b" " * (end - last)
    else:
        _blank(out, last, end)


def _outdent_markers(out: bytearray) -> None:
    """Move ``---`` of a heredoc that Terraform will unindent (``<<-``) to the column where YAML expects
    it.
    """
    if not _MARKER.search(out):
        return
    common = min(len(found[1]) for found in _INDENT.finditer(out))
    if common:
        for found in list(_MARKER.finditer(out)):
            if len(found[1]) == common:
                out[found.start() : found.end()] = found[2] + found[1]
