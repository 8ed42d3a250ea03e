"""Text of HCL strings: from source bytes to text and back, with the byte that each character comes from.

HCL native syntax specification, "Template Literals": in a quoted template ``\\n \\r \\t \\" \\\\ \\uNNNN \\UNNNNNNNN`` are escapes, and
``$${`` and ``%%{`` stand for ``${`` and ``%{`` in quoted templates and in heredocs alike.
"""

from __future__ import annotations

import re
import sys

_ESCAPE = re.compile(rb'\\(?:([nrt"\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))|\$\$\{|%%\{')
_HEREDOC_ESCAPE = re.compile(rb"\$\$\{|%%\{")
_SIMPLE = {b"n": "\n", b"r": "\r", b"t": "\t", b'"': '"', b"\\": "\\"}
_QUOTE = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_MARKERS = re.compile(r"([$%])\{")


def decode(raw: bytes, *, heredoc: bool = False) -> tuple[str, list[int] | None]:
    """Text of a literal part, and the byte offset in ``raw`` of each character plus one for the end.

    The offsets are None where they are the identity (plain ASCII without escapes), which is nearly always.

    Raises:
        UnicodeDecodeError: ``raw`` is not UTF-8.
    """
    pattern = _HEREDOC_ESCAPE if heredoc else _ESCAPE
    if pattern.search(raw) is None and raw.isascii():
        return raw.decode("ascii"), None
    text: list[str] = []
    offsets: list[int] = []

    def plain(start: int, end: int) -> None:
        at = start
        for char in raw[start:end].decode("utf-8"):
            text.append(char)
            offsets.append(at)
            at += len(char.encode("utf-8"))

    at = 0
    for match in pattern.finditer(raw):
        plain(at, match.start())
        found = match.group()
        if found[:1] == b"\\":
            simple, short, long = match.groups()
            text.append(_SIMPLE[simple] if simple else _character(int(short or long, 16)))
            offsets.append(match.start())
        else:
            text.append(chr(found[0]))
            offsets.append(match.start())
            text.append("{")
            offsets.append(match.start() + 2)
        at = match.end()
    plain(at, len(raw))
    offsets.append(len(raw))
    return "".join(text), offsets


def _character(code: int) -> str:
    """What Go makes of a code point: the replacement character where it is none."""
    return chr(code) if code <= sys.maxunicode and not 0xD800 <= code <= 0xDFFF else "\ufffd"


def escape(text: str) -> str:
    """``text`` as it is written between the quotes of a quoted template."""
    quoted = "".join(_QUOTE.get(c, c) for c in text)
    return _MARKERS.sub(r"\1\1{", quoted)


def quote(text: str) -> str:
    """``text`` as a quoted template without interpolations."""
    return f'"{escape(text)}"'


_IDENTIFIER = re.compile(r"[^\W\d][\w-]*\Z")


def is_identifier(text: str) -> bool:
    """Whether ``text`` can stand unquoted as an attribute name or an object key (ID_Start ID_Continue*, with ``-``)."""
    return _IDENTIFIER.match(text) is not None
