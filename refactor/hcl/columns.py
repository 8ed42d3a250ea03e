"""How many columns text takes in ``terraform fmt``'s eyes: its grapheme clusters (Unicode Standard Annex 29)."""

from __future__ import annotations

import unicodedata

_ZWJ = "\u200d"
_HANGUL = {  # UAX 29 rules GB6 to GB8, for decomposed syllables
    "L": (range(0x1100, 0x1160), range(0xA960, 0xA97D)),
    "V": (range(0x1160, 0x11A8), range(0xD7B0, 0xD7C7)),
    "T": (range(0x11A8, 0x1200), range(0xD7CB, 0xD7FC)),
}
_JOINS = frozenset(["LL", "LV", "LS", "VV", "VT", "TT", "SV", "ST"])  # S: a precomposed syllable


def columns(text: bytes) -> int:
    """Grapheme clusters in UTF-8 text. A mark after a quote or a brace counts by itself: it starts a token, and fmt counts tokens apart."""
    if text.isascii():
        return len(text) - text.count(b"\r\n")
    count = 0
    last = ""
    flags = 0  # regional indicators in a row
    pictograph = False  # the cluster is an emoji, so that a joiner may follow
    for char in text.decode("utf-8", "replace"):
        flags = flags + 1 if _is_flag(char) else 0
        if not last or not _joins(last, char, flags, pictograph):
            count += 1
            pictograph = unicodedata.category(char) == "So" or _is_pictograph(char)
        last = char
    return count


def _joins(last: str, char: str, flags: int, pictograph: bool) -> bool:
    """Whether no cluster begins between the two characters."""
    if last == "\r" and char == "\n":
        return True
    if last in '"}\r\n' or char in "\r\n":
        return False
    if _extends(char):
        return True
    if last == _ZWJ:
        return pictograph and (unicodedata.category(char) == "So" or _is_pictograph(char))
    if flags and flags % 2 == 0:
        return True
    return _hangul(last) + _hangul(char) in _JOINS


def _extends(char: str) -> bool:
    return (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char == _ZWJ
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_pictograph(char: str) -> bool:
    return "\U0001f000" <= char <= "\U0001faff"


def _hangul(char: str) -> str:
    code = ord(char)
    if 0xAC00 <= code <= 0xD7A3:
        return "S"
    return next((kind for kind, ranges in _HANGUL.items() if any(code in r for r in ranges)), "")
