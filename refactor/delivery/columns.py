"""Lines that fit a terminal: broken between words, with the rest below where the text began; what must stay whole does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

KEPT = "\0"
"""Stands for a blank at which a line must not be broken. No text of a report holds it otherwise: control characters are shown."""

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_INDENT = 4
_FURTHEST = 0.4  # of the width: a text that would begin further right is set in by :data:`_INDENT` alone

# C0, DEL, C1, and the characters that turn the direction of text (Unicode Standard Annex 9)
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Text in one line, with what a terminal would obey shown as ``^[`` or ``<U+202E>``, as in the diff."""
    return _HIDDEN.sub(_caret, text)


def _caret(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] in "\t\n\r":
        return " "
    return f"^{chr(code ^ 0x40)}" if code < 0x80 else f"<U+{code:04X}>"


def whole(text: str) -> str:
    """Text that :func:`fitted` does not break."""
    return text.replace(" ", KEPT)


def columns(text: str) -> int:
    """How many columns of a terminal a text takes; colours take none, wide and fullwidth characters two (UAX 11)."""
    plain = _ESCAPES.sub("", text)
    return len(plain) if plain.isascii() else sum(map(_columns, plain))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def fitted(line: str, width: int | None) -> Iterator[str]:
    """A line as lines of at most ``width`` columns, as far as no word is longer; for None, as it is.

    What follows the first is set in under the text: below the last column that two blanks part off, else four blanks further than the line.
    """
    if width is None or columns(line) <= width:
        yield line.replace(KEPT, " ")
        return
    start, words = _taken_apart(line, width)
    current, used, indent = start, columns(start), _hang(start, width)
    is_empty = True
    for word in words:
        needed = columns(word)
        if not is_empty and used + 1 + needed > width:
            yield current.replace(KEPT, " ")
            current, used, is_empty = " " * indent, indent, True
        current += word if is_empty else f" {word}"
        used += needed if is_empty else needed + 1
        is_empty = False
    yield current.replace(KEPT, " ")


def _taken_apart(line: str, width: int) -> tuple[str, list[str]]:
    """The columns before the text, and its words."""
    edge = 0
    for match in re.finditer(r"(?:^| ) +(?=[^ ])", line):
        if columns(line[: match.end()]) <= width * _FURTHEST:
            edge = match.end()
    return line[:edge], line[edge:].split(" ")


def _hang(start: str, width: int) -> int:
    used = columns(start)
    has_columns = bool(start.strip())
    return min(used if has_columns else used + _INDENT, width // 2)
