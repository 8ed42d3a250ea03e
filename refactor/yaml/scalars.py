"""From the characters of a scalar's text to the bytes that wrote them, for each of YAML's five ways to write
a scalar.

The parser says where a scalar is and what its text is, but not which bytes made which character: escapes,
folded lines and indentation stand between. This module reads the bytes itself, and its reading counts only if
it gives exactly the parser's text.

Source: YAML 1.2.2 chapters 7.3 (flow scalars) and 8.1 (block scalars), in the form that libyaml implements.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from refactor.edits import Span
from refactor.yaml.template import Mark, MarkKind


class Style(StrEnum):
    PLAIN = ""
    SINGLE = "'"
    DOUBLE = '"'
    LITERAL = "|"
    FOLDED = ">"

    @property
    def is_block(self) -> bool:
        return self in (Style.LITERAL, Style.FOLDED)


@dataclass(frozen=True, slots=True)
class Literal:
    """Text of its own. ``start..end`` are the bytes that write it."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Interpolation:
    """Template syntax inside a scalar, as it is written. The expression is what stands between the braces."""

    start: int
    end: int
    text: str
    expr_start: int
    expr_end: int
    kind: MarkKind


Part: TypeAlias = Literal | Interpolation


class Piece(NamedTuple):
    """Characters and the bytes that write them.

    Only a ``verbatim`` piece, whose bytes are its text in UTF-8, can be divided.
    """

    text: str
    start: int
    end: int
    verbatim: bool
    is_break: bool = False
    mark: Mark | None = None


_BREAK = rb"(?:\r\n|\r|\n)"
_FOLD = re.compile(rb"[ \t]*" + _BREAK + rb"(?:[ \t]*" + _BREAK + rb")*[ \t]*")
_BREAKS = re.compile(_BREAK)
_NEXT = {style: re.compile(rb"[\r\n" + special + rb"]") for style, special in (("", b""), ("'", b"'"), ('"', rb"\\"))}
_HEX = rb"x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}"
_ESCAPED = re.compile(rb"\\(?:" + _HEX + rb"|" + _BREAK + rb"[ \t]*|.)", re.DOTALL)
_ESCAPES = dict(zip("0abt\tnvfre \"'\\/N_LP", "\0\a\b\t\t\n\v\f\r\x1b \"'\\/\x85\xa0\u2028\u2029", strict=True))


def pieces_of(data: bytes, masked: bytes, base: int, content: Span, style: Style, parsed: str, marks: Sequence[Mark]) -> list[Piece] | None:
    """The pieces of a scalar in order; None if they do not add up to ``parsed``, the parser's text of the
    masked bytes.
    """
    end = content.end
    if marks and marks[-1].end == end:
        feed = data.find(b"\n", marks[-1].start, end)
        end = end if feed == -1 else feed  # an interpolation of several lines: the parser saw only its first
    local = Span(content.start - base, end - base)
    pieces = list(_block(masked, base, local, style, parsed) if style.is_block else _flow(masked, base, local, style))
    if "".join(piece.text for piece in pieces) != parsed:
        return None
    return _overlay(pieces, marks, data) if marks else pieces


def parts_of(pieces: Sequence[Piece]) -> tuple[Part, ...]:
    """Pieces as literal text and interpolations."""
    parts: list[Part] = []
    run: list[Piece] = []
    for piece in pieces:
        if piece.mark is None:
            run.append(piece)
            continue
        parts.extend(_literal(run))
        run = []
        mark = piece.mark
        parts.append(Interpolation(piece.start, piece.end, piece.text, *mark.inner, kind=mark.kind))
    parts.extend(_literal(run))
    return tuple(parts)


def _literal(run: Sequence[Piece]) -> list[Part]:
    return [Literal(run[0].start, run[-1].end, "".join(piece.text for piece in run))] if run else []


# --- flow scalars: plain, single-quoted, double-quoted


def _flow(masked: bytes, base: int, content: Span, style: Style) -> Iterator[Piece]:
    quote = 0 if style is Style.PLAIN else 1
    at, end = content.start + quote, content.end - quote
    search = _NEXT[style.value].search
    while at < end:
        found = search(masked, at, end)
        stop = end if found is None else found.start()
        is_break = found is not None and found[0] in b"\r\n"
        run = masked[at:stop].rstrip(b" \t") if is_break else masked[at:stop]
        if run:
            yield Piece(run.decode(), at + base, at + len(run) + base, verbatim=True)
        at += len(run)
        if found is None:
            return
        if is_break:
            at = yield from _folded(masked, base, at, end, first_counts=True)
        elif style is Style.SINGLE:
            yield Piece("'", at + base, at + 2 + base, verbatim=False)
            at += 2
        else:
            escape = _ESCAPED.match(masked, at, end)
            if escape is None:
                return
            if escape[0][1] in b"\r\n":  # the line goes on; blank lines behind it count
                at = yield from _folded(masked, base, escape.end(), end, first_counts=False)
            else:
                yield Piece(_unescaped(escape[0]), at + base, escape.end() + base, verbatim=False)
                at = escape.end()


def _folded(masked: bytes, base: int, at: int, end: int, *, first_counts: bool) -> Generator[Piece, None, int]:
    """Line breaks between two lines of text, if there are any: a single one is a blank, of several the first is dropped.

    Returns where the next text starts.
    """
    fold = _FOLD.match(masked, at, end)
    if fold is None:
        return at
    breaks = [found.span() for found in _BREAKS.finditer(masked, at, fold.end())]
    if first_counts and len(breaks) == 1:
        yield Piece(" ", at + base, fold.end() + base, verbatim=False, is_break=True)
        return fold.end()
    for start, stop in breaks[1:] if first_counts else breaks:
        yield Piece("\n", start + base, stop + base, verbatim=False, is_break=True)
    return fold.end()


def _unescaped(escape: bytes) -> str:
    letter = escape[1:2].decode("latin-1")
    if letter in "xuU" and len(escape) > 2:
        code = int(escape[2:], 16)
        return chr(code) if code < 0x110000 else ""
    return _ESCAPES.get(letter, "")


# --- block scalars: literal, folded

_HEADER = re.compile(rb"[|>]([-+]?[1-9]?[-+]?)(?:[ \t]+#[^\r\n]*|[ \t]*)")
_LINE = re.compile(rb"([^\r\n]*)(" + _BREAK + rb"|\Z)")


class BlockLine(NamedTuple):
    """A line of a block scalar: its text without indentation, and its line break. ``blank``: nothing but
    indentation.
    """

    start: int
    end: int
    stop: int
    blank: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A block scalar's layout; offsets are of the slice. ``lines`` ends with the last line that has text, but
    for ``keep``.
    """

    header: Span
    chomping: str  # "", "-", "+"
    indent: int
    lines: tuple[BlockLine, ...]

    @property
    def end(self) -> int:
        """Where the last line ends, before its line break."""
        return self.lines[-1].end if self.lines else self.header.end


def block_of(masked: bytes, start: int, end: int, parsed: str) -> Block:
    """The layout of the block scalar that the parser saw in ``masked[start:end]``, with the text
    ``parsed``.
    """
    header = _HEADER.match(masked, start, end)
    if header is None:  # the parser found a block scalar there, so this is a fault of ours: give nothing away
        return Block(Span(start, end), "", 0, ())
    indicators = header[1].decode()
    first = _LINE.match(masked, header.end(), end)
    at = first.end() if first else end
    lines: list[tuple[int, int, int]] = []
    while at < end and (line := _LINE.match(masked, at, end)):
        lines.append((at, line.end(1), line.end()))
        at = line.end()
    indent = _indentation(masked, lines, parsed)
    block_lines = [_block_line(masked, line, indent) for line in lines]
    if "+" not in indicators:
        while block_lines and block_lines[-1].blank:
            block_lines.pop()
    header_end = header.start() + 1 + len(indicators) if not block_lines else header.end()
    return Block(Span(start, header_end), indicators.strip("123456789"), indent, tuple(block_lines))


def _indentation(masked: bytes, lines: Sequence[tuple[int, int, int]], parsed: str) -> int:
    """Leading line breaks of the text are blank lines of the file; the line behind them shows what was taken
    off.
    """
    text = parsed.lstrip("\n")
    blank = len(parsed) - len(text)
    if not text or blank >= len(lines):
        return max((end - start for start, end, _ in lines), default=0)
    start, end, _ = lines[blank]
    line = masked[start:end]
    return max(0, len(line) - len(line.lstrip(b" ")) - (len(text) - len(text.lstrip(" "))))


def _block_line(masked: bytes, line: tuple[int, int, int], indent: int) -> BlockLine:
    start, end, stop = line
    blank = end - start <= indent and not masked[start:end].strip(b" ")
    return BlockLine(end if blank else start + indent, end, stop, blank)


def _block(masked: bytes, base: int, content: Span, style: Style, parsed: str) -> Iterator[Piece]:
    stop = _BREAKS.match(masked, content.end)
    block = block_of(masked, content.start, stop.end() if stop else content.end, parsed)
    waiting: list[Piece] = []  # breaks since the last line with text
    starts_blank = False
    seen_text = False
    for line in block.lines:
        line_break = [Piece("\n", line.end + base, line.stop + base, False, is_break=True)] if line.stop > line.end else []
        if line.blank:
            waiting += line_break
            continue
        text = masked[line.start : line.end]
        was_blank, starts_blank = starts_blank, text[:1] in (b" ", b"\t")
        if style is Style.FOLDED and seen_text and not was_blank and not starts_blank:
            waiting = waiting[1:] or [Piece(" ", waiting[0].start, line.start + base, False, is_break=True)]
        yield from waiting
        yield Piece(text.decode(), line.start + base, line.end + base, verbatim=True)
        waiting, seen_text = line_break, True
    if block.chomping != "-":
        yield from waiting if block.chomping == "+" else waiting[:1]


# --- template syntax


def _overlay(pieces: Sequence[Piece], marks: Sequence[Mark], data: bytes) -> list[Piece] | None:
    """Put the template syntax back where the mask stands in the pieces."""
    out: list[Piece] = []
    waiting = deque(marks)
    covered = 0  # what lies before is taken by the last mark
    for piece in pieces:
        start = max(piece.start, covered)
        if start >= piece.end:
            continue
        gaps: list[Span] = []  # what the marks leave of the piece
        between: list[Mark] = []
        while waiting and waiting[0].start < piece.end:
            between.append(waiting.popleft())
            gaps.append(Span(start, between[-1].start))
            covered = start = between[-1].end
        gaps.append(Span(start, piece.end))
        parts = [_part_of(piece, gap, data) if gap.start < gap.end else None for gap in gaps]
        if any(part is None and gap.start < gap.end for part, gap in zip(parts, gaps, strict=True)):
            return None
        if piece.is_break:  # it is one break, wherever the marks stand in it
            parts = _only_first(parts)
        for i, part in enumerate(parts):
            out.extend([part] if part else [])
            out.extend([_marked(between[i], data)] if i < len(between) else [])
    out.extend(_marked(mark, data) for mark in waiting)
    return out


def _only_first(parts: list[Piece | None]) -> list[Piece | None]:
    first = next((i for i, part in enumerate(parts) if part is not None), None)
    return [part if i == first else None for i, part in enumerate(parts)]


def _marked(mark: Mark, data: bytes) -> Piece:
    raw = data[mark.start : mark.end].decode()
    if mark.kind is MarkKind.ESCAPE:
        return Piece(raw[:1], mark.start, mark.end, verbatim=False)
    return Piece(raw, mark.start, mark.end, verbatim=False, mark=mark)


def _part_of(piece: Piece, part: Span, data: bytes) -> Piece | None:
    """What is left of a piece beside template syntax; None for a piece that can't be divided."""
    if part == (piece.start, piece.end):
        return piece
    if piece.is_break:
        return Piece(piece.text, *part, verbatim=False, is_break=True)
    return Piece(data[part.start : part.end].decode(), *part, verbatim=True) if piece.verbatim else None
