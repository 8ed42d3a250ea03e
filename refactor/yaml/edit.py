"""Edits of scalars: replace one, or a slice of its text, without touching a byte around it.

Every function returns the edits, with offsets of the file, or :class:`CannotEdit` and why. An edit at a node
that aliases read changes what each of them sees (``node.aliases``), and one in a loop or conditional of the
template what each round prints (``scalar.nesting``): whether that is meant is for the caller to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from refactor.edits import Edit, Span
from refactor.yaml.document import Scalar
from refactor.yaml.resolve import is_string_everywhere
from refactor.yaml.scalars import Interpolation, Piece, Style, block_of
from refactor.yaml.source import Source
from refactor.yaml.template import MarkKind, escape_template, joins
from refactor.yaml.writing import can_be_plain, escape_double, escape_single, is_printable, write_block, write_flow, write_json


@dataclass(frozen=True, slots=True)
class CannotEdit:
    """The change cannot be written there."""

    detail: str


def set_scalar(scalar: Scalar, text: str, *, as_string: bool | None = None) -> list[Edit] | CannotEdit:
    """Replace a scalar's text, in its own style wherever that can write the new text.

    Args:
        text: the new text. A ``${`` in it is written so that a template prints it.
        as_string: the new value must be a string, even if its text is ``1.25`` or ``true``; or must not,
            where the old one has no quotes. By default it is what the old value is, and a string where that
            is null.
    """
    if as_string is None:
        as_string = scalar.value is None or isinstance(scalar.value, str)
    if text == scalar.text and scalar.is_literal and not (as_string and _is_no_string(scalar)):
        return []
    if scalar.content.start == scalar.content.end and scalar.style is Style.PLAIN:
        return _fill_empty(scalar, text, as_string)
    if scalar.span.start < scalar.content.start and not scalar.source.data[scalar.content.start - 1 : scalar.content.start].isspace():
        return CannotEdit("there is no blank between the value and its tag or anchor")
    if not scalar.source.is_whole(*scalar.content):
        return CannotEdit("a conditional or a loop of the template starts or ends in the scalar")
    written = _write(scalar, text, as_string)
    return write_at(scalar.source, scalar.content, written)


def _is_no_string(scalar: Scalar) -> bool:
    if scalar.style is not Style.PLAIN or scalar.tag:
        return False
    return not is_string_everywhere(scalar.text)


def _write(scalar: Scalar, text: str, as_string: bool) -> str:
    if scalar.style.is_block:
        return _write_block(scalar, text)
    if scalar.source.is_json:
        return write_json(text, as_string=as_string or scalar.style is not Style.PLAIN)
    return write_flow(text, scalar.style, flow=scalar.flow, as_string=as_string, colons=":" in scalar.text)


def _write_block(scalar: Scalar, text: str) -> str:
    """As a literal block where that can hold the text, else in double quotes; a comment on the header
    stays.
    """
    source, content = scalar.source, scalar.content
    block = block_of(source.masked, content.start - source.start, content.end - source.start, scalar.parsed)
    header = source.data[block.header.start + source.start : block.header.end + source.start].decode()
    newline = source.newline_at(content.start)
    ends_file = content.end == source.end  # no line break could end the last line
    if block.lines and not (ends_file and text.endswith("\n")):
        written = write_block(text, indent=" " * block.indent, newline=newline, header=header)
        if written is not None:
            return written
    comment = header[1:].lstrip("+-0123456789").rstrip()
    return write_flow(text, Style.DOUBLE, flow=scalar.flow, as_string=True) + comment


def _fill_empty(scalar: Scalar, text: str, as_string: bool) -> list[Edit] | CannotEdit:
    """Write a value where there is none: behind a colon, a dash, a tag or an anchor."""
    source = scalar.source
    at = scalar.content.start
    local = at - source.start
    before, after = source.masked[local - 1 : local] if local else b"", source.masked[local : local + 1]
    is_dash = before == b"-" and not scalar.flow and source.masked[max(0, local - 2) : local - 1] in (b"", b" ", b"\n")
    has_place = scalar.span.start < at or before == b":" or is_dash
    if not has_place or after not in (b"", b" ", b"\t", b"\r", b"\n", b",", b"]", b"}"):
        return CannotEdit("there is no place for a value")
    if source.is_filled(at):
        return CannotEdit("an interpolation prints the value")
    style = Style.DOUBLE if source.is_json else Style.PLAIN
    return write_at(source, Span(at, at), " " + write_flow(text, style, flow=scalar.flow, as_string=as_string))


def write_at(source: Source, span: Span, written: str) -> list[Edit] | CannotEdit:
    """The edit that writes ``written`` at ``span``, as the template wants it written."""
    try:
        text = written.encode()
    except UnicodeEncodeError:
        return CannotEdit("the text is not Unicode")
    if source.template:
        text = escape_template(text)
        if joins(source.data[span.start - 1 : span.start], text, source.data[span.end : span.end + 2]):
            return CannotEdit("the text would join with its neighbour to template syntax")
        is_escaped = any(m.kind is MarkKind.ESCAPE and m.end == span.start for m in source.marks_in(span.start - 1, span.start))
        if is_escaped and not (text + source.data[span.end : span.end + 1]).startswith(b"{"):
            return CannotEdit("an escape of the template would lose the brace behind it")
    return [Edit(*span, text)]


def replace_in_scalar(scalar: Scalar, start: int, end: int, text: str, *, as_string: bool | None = None) -> list[Edit] | CannotEdit:
    """Replace the characters ``start..end`` of a scalar's text and nothing else of it (only the tag of
    ``"repo:tag"``).

    The slice must not touch an interpolation, nor go over a line's end in a scalar of several lines. Where
    the scalar has no quotes and the new text needs them, the whole scalar gets them.

    Args:
        start, end: character offsets in ``scalar.text``.
        as_string: as for :func:`set_scalar`.
    """
    old = scalar.text
    if not 0 <= start <= end <= len(old):
        return CannotEdit("the slice is outside the text")
    if old[start:end] == text:
        return []
    if not old:
        return set_scalar(scalar, text, as_string=as_string)
    pieces = scalar.source.pieces(scalar)
    if pieces is None:
        return CannotEdit("how the text is written is not clear")
    place = _locate(pieces, start, end)
    if isinstance(place, CannotEdit):
        return place
    written = _write_slice(scalar, place, text, as_string)
    if written is not None and (scalar.style.is_block or not _is_folded_away(scalar, place.span, written.encode(errors="replace"))):
        return write_at(scalar.source, place.span, written)
    if scalar.style.is_block or not scalar.is_literal:
        return CannotEdit("the text does not fit the way in which the scalar is written")
    return set_scalar(scalar, old[:start] + text + old[end:], as_string=as_string)


@dataclass(frozen=True, slots=True)
class _Place:
    """Bytes of a slice; ``line`` is the text of the line around it, of which the slice is ``start..end``, and
    starts at ``offset``.
    """

    span: Span
    line: str
    start: int
    end: int
    offset: int


def _locate(pieces: list[Piece], start: int, end: int) -> _Place | CannotEdit:
    """Find the line of text that a slice lies in, and in it the bytes."""
    at = 0
    line: list[Piece] = []
    first = 0
    for piece in [*pieces, Piece("", 0, 0, verbatim=False, is_break=True)]:
        if not piece.is_break:
            line.append(piece)
        else:
            if line and start >= first and end <= at:
                return _locate_in_line(line, first, start - first, end - first)
            line, first = [], at + len(piece.text)
        at += len(piece.text)
    return CannotEdit("the slice goes over the end of a line")


def _locate_in_line(line: list[Piece], offset: int, start: int, end: int) -> _Place | CannotEdit:
    stops = list(accumulate(len(piece.text) for piece in line))
    placed = [(stop - len(piece.text), stop, piece) for piece, stop in zip(line, stops, strict=True)]
    if any(piece.mark is not None and at < end and start < stop for at, stop, piece in placed):
        return CannotEdit("the slice touches an interpolation")
    text = "".join(piece.text for piece in line)
    if start == end:
        touching = [p for p in placed if p[0] <= start <= p[1]]
        at, _, piece = next((p for p in touching if p[2].mark is None), touching[0])
        where = _byte(piece, start - at)
        return _Place(Span(where, where), text, start, end, offset)
    first = next(_byte(piece, start - at) for at, stop, piece in placed if start < stop)
    last = next(_byte(piece, end - at) for at, stop, piece in placed if end <= stop)
    return _Place(Span(first, last), text, start, end, offset)


def _byte(piece: Piece, chars: int) -> int:
    if chars <= 0:
        return piece.start
    if piece.verbatim and chars < len(piece.text):
        return piece.start + len(piece.text[:chars].encode())
    return piece.end


def _write_slice(scalar: Scalar, place: _Place, text: str, as_string: bool | None) -> str | None:
    """``text`` as it is written inside the scalar; None where the scalar's style can't write it there."""
    if scalar.style is Style.DOUBLE:
        return escape_double(text)
    if scalar.style is Style.SINGLE:
        return escape_single(text)
    if not is_printable(text) or "\n" in text:
        return None
    if scalar.style.is_block:
        return text if _fits_block(place, text) else None
    if scalar.source.is_json or "\t" in text:
        return None
    if as_string is None:
        as_string = isinstance(scalar.value, str)
    shown = "".join("x" * len(part.text) if isinstance(part, Interpolation) else part.text for part in scalar.parts)
    shown = shown.replace("\n", " ").replace("\t", " ")
    new = shown[: place.offset + place.start] + text + shown[place.offset + place.end :]
    return text if can_be_plain(new, flow=scalar.flow, as_string=as_string, colons=":" in shown) else None


def _is_folded_away(scalar: Scalar, span: Span, written: bytes) -> bool:
    """Whether a flow scalar of several lines would lose blanks at an end of a line, or the line itself (YAML 1.2.2 section 6.5)."""
    data, content = scalar.source.data, scalar.content
    _, first_break, left = data[content.start : span.start].rpartition(b"\n")
    right, last_break, _ = data[span.end : content.end].partition(b"\n")
    line = left + written + right
    if first_break and (line.startswith((b"---", b"...")) or (not left.strip() and (written + right).startswith((b" ", b"\t")))):
        return True
    if last_break and not right.strip() and (left + written).endswith((b" ", b"\t")):
        return True
    return bool(first_break or last_break) and not line.strip()


def _fits_block(place: _Place, text: str) -> bool:
    """Whether the line keeps its indentation, and does not become blank or a document marker."""
    line = place.line[: place.start] + text + place.line[place.end :]
    blanks = (" ", "\t")
    if place.start == 0 and (line.startswith(blanks) or place.line.startswith(blanks)):
        return False
    return bool(line.strip()) and not line.startswith(("---", "..."))
