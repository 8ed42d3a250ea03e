"""A diff for a terminal: coloured as git colours it, with the changed words of a line in reverse video.

Unlike the patch it is for reading only: control characters of a file are shown in caret notation, so that no file can move the cursor
or hide a line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from refactor.changeset import FileChange
from refactor.delivery.diff import Change, ModeOf, header, hunks, unified

_BOLD, _RED, _GREEN, _CYAN, _RESET = b"\x1b[1m", b"\x1b[31m", b"\x1b[32m", b"\x1b[36m", b"\x1b[m"
_REVERSE, _PLAIN = b"\x1b[7m", b"\x1b[27m"
_WORD = re.compile(rb"[\w\x80-\xff]+|\s+|.", re.DOTALL)
# C0 but the tab, DEL, C1, and the characters that turn the direction of text (Unicode Standard Annex 9)
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
_MAX_WORDS = 400
_MAX_PAIRS = 4_000  # lines before times lines after: more are compared in their order
_ALIKE = 0.4  # below this share of common bytes a line was replaced, not changed


def render(changes: Iterable[FileChange], *, colour: bool, mode_of: ModeOf = lambda _: 0o100644) -> bytes:
    """The diff for people if ``colour``, else the patch."""
    return coloured(changes, mode_of) if colour else unified(changes, mode_of)


def coloured(changes: Iterable[FileChange], mode_of: ModeOf = lambda _: 0o100644) -> bytes:
    """The diff with ANSI colours."""
    parts: list[bytes] = []
    for change in changes:
        found = hunks(change)
        parts += [_painted(_BOLD, line) for line in header(change, found, mode_of).splitlines()]
        for hunk in found:
            place, _, heading = hunk.header.rstrip(b"\n").partition(b" @@")
            parts.append(_painted(_CYAN, place + b" @@")[:-1] + _shown(heading) + b"\n")
            for line in hunk.lines:
                if isinstance(line, bytes):
                    parts.append(b" " + _ended(line, _shown(_content(line))))
                else:
                    parts += _change(line)
    return b"".join(parts)


def _change(change: Change) -> list[bytes]:
    old = [[(_content(line), False)] for line in change.old]
    new = [[(_content(line), False)] for line in change.new]
    for before, after in _pairs([_content(line) for line in change.old], [_content(line) for line in change.new]):
        old[before], new[after] = _compared(_content(change.old[before]), _content(change.new[after]))
    return [
        *(_line(_RED, b"-", text, line) for text, line in zip(old, change.old, strict=True)),
        *(_line(_GREEN, b"+", text, line) for text, line in zip(new, change.new, strict=True)),
    ]


def _pairs(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Which line became which. Where some were only inserted or deleted, those belong together, in their order, that are most alike."""
    if len(old) == len(new) or len(old) * len(new) > _MAX_PAIRS:
        yield from ((n, n) for n in range(min(len(old), len(new))))
        return
    words = [Counter(_WORD.findall(line)) for line in (*old, *new)]
    alike = [[(a & b).total() / max(a.total(), b.total(), 1) for b in words[len(old) :]] for a in words[: len(old)]]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], alike[i][j] + best[i + 1][j + 1])
    i = j = 0
    while i < len(old) and j < len(new):
        if best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


Text = list[tuple[bytes, bool]]
"""Pieces of a line, each with whether it is marked."""


def _compared(left: bytes, right: bytes) -> tuple[Text, Text]:
    """Both lines with the words marked that differ; nothing is marked if they have little in common."""
    a, b = _WORD.findall(left), _WORD.findall(right)
    old: Text = []
    new: Text = []
    common = 0
    for equal, a_words, b_words in _matches(a, b):
        if equal:
            common += sum(map(len, a_words))
        old.append((b"".join(a_words), not equal))
        new.append((b"".join(b_words), not equal))
    if common < _ALIKE * min(len(left), len(right)):
        return [(left, False)], [(right, False)]
    return old, new


def _matches(a: Sequence[bytes], b: Sequence[bytes]) -> list[tuple[bool, Sequence[bytes], Sequence[bytes]]]:
    if len(a) + len(b) <= _MAX_WORDS:
        codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
        return [(tag == "equal", a[i:j], b[k:m]) for tag, i, j, k, m in codes]
    shorter = min(len(a), len(b))
    start = next((n for n in range(shorter) if a[n] != b[n]), shorter)
    tail = next((n for n in range(shorter - start) if a[-1 - n] != b[-1 - n]), shorter - start)
    ends = len(a) - tail, len(b) - tail
    return [(True, a[:start], b[:start]), (False, a[start : ends[0]], b[start : ends[1]]), (True, a[ends[0] :], b[ends[1] :])]


def _line(colour: bytes, tag: bytes, text: Text, line: bytes) -> bytes:
    shown = b"".join(_REVERSE + _shown(part) + _PLAIN if marked and part else _shown(part) for part, marked in text)
    return _ended(line, colour + tag + shown + _RESET)


def _painted(colour: bytes, line: bytes) -> bytes:
    return colour + _shown(line) + _RESET + b"\n"


def _content(line: bytes) -> bytes:
    return line.removesuffix(b"\n").removesuffix(b"\r")


def _ended(line: bytes, shown: bytes) -> bytes:
    return shown + (b"\n" if line.endswith(b"\n") else b"\n\\ No newline at end of file\n")


def _shown(text: bytes) -> bytes:
    return _CONTROL.sub(_caret, text)


def _caret(match: re.Match[bytes]) -> bytes:
    found = match[0]
    if len(found) == 1:
        return b"^" + bytes([found[0] ^ 0x40])
    return b"<U+%04X>" % ord(found.decode())
