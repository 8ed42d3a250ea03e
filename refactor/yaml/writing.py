"""How a text is written as a YAML scalar, in a given style and place.

What YAML would take for something else gets double quotes: text that some reader resolves to a number, a
boolean, null or a date, and text with indicators. The rules are on the safe side: a text is left unquoted
only where each reader of YAML agrees that it is a string.

Source: YAML 1.2.2 sections 5.1 (characters), 7.3.1 to 7.3.3 (flow scalars).
"""

from __future__ import annotations

import re

from refactor.yaml.resolve import is_string_everywhere
from refactor.yaml.scalars import Style

# Printable, less line breaks and what is easily lost: NEL, the Unicode separators, the byte order mark, no-break spaces stay allowed.
_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_STARTS_BADLY = re.compile(r"[,\[\]{}#&*!|>'\"%@`\s]|[-?:](?:\s|\Z)|(?:---|\.\.\.)(?:\s|\Z)|=|<<")
_HOLDS_BADLY = re.compile(r":(?:\s|\Z)|\s#|\s\Z|[\t\r\n]")
_HOLDS_BADLY_IN_FLOW = re.compile(r"[,\[\]{}?]")
# A lone surrogate stays: no escape of YAML's can write it, and encoding the text refuses it.
_ESCAPED = re.compile(rf'["\\\n\t]|(?![\ud800-\udfff]){_UNPRINTABLE.pattern}')
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z")
_SHORT_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def is_printable(text: str) -> bool:
    """Whether no character of ``text`` needs an escape; tabs and line feeds are printable."""
    return _UNPRINTABLE.search(text) is None


def can_be_plain(text: str, *, flow: bool, as_string: bool, colons: bool = False) -> bool:
    """Whether ``text`` can stand without quotes, on one line.

    Args:
        flow: inside ``[]`` or ``{}``.
        as_string: it must be read as a string; otherwise ``1.25`` and ``true`` may stand without quotes and mean a
            number and a boolean.
        colons: in ``flow``, ``a:b`` may stay; not every reader takes it, so it is for places where one stood before.
    """
    if not text or not is_printable(text):
        return False
    if _STARTS_BADLY.match(text) or _HOLDS_BADLY.search(text):
        return False
    if flow and (_HOLDS_BADLY_IN_FLOW.search(text) or text[0] in "-:" or (":" in text and not colons)):
        return False
    return is_string_everywhere(text) or not as_string


def escape_double(text: str) -> str:
    """``text`` between double quotes, without the quotes. JSON reads it as YAML does."""
    return _ESCAPED.sub(lambda found: _escape(found[0]), text)


def _escape(char: str) -> str:
    return _SHORT_ESCAPES.get(char) or f"\\u{ord(char):04x}"


def escape_single(text: str) -> str | None:
    """``text`` between single quotes, without the quotes; None where only double quotes can write it."""
    if not is_printable(text) or re.search(r"[\t\r\n]", text):
        return None
    return text.replace("'", "''")


def write_flow(text: str, style: Style, *, flow: bool, as_string: bool, colons: bool = False) -> str:
    """``text`` on one line, in ``style`` if that can write it, else in double quotes."""
    if style is Style.PLAIN and can_be_plain(text, flow=flow, as_string=as_string, colons=colons):
        return text
    if style is Style.SINGLE and (escaped := escape_single(text)) is not None:
        return f"'{escaped}'"
    return f'"{escape_double(text)}"'


def write_json(text: str, *, as_string: bool) -> str:
    """``text`` as a JSON value: a string, or, where ``as_string`` is false, the number, boolean or null that
    it spells.
    """
    if not as_string and (text in ("true", "false", "null") or _JSON_NUMBER.match(text)):
        return text
    return f'"{escape_double(text)}"'


def write_block(text: str, *, indent: str, newline: str, header: str) -> str | None:
    """``text`` as a literal block scalar up to its last line's end, without that line's break; None where it
    can't be one.

    Args:
        indent: what stands before each line.
        header: the old one; its comment is kept, its chomping follows from the end of ``text``.
    """
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if not body or not indent or not is_printable(body) or not lines[-1]:
        return None
    if lines[0][:1] in ("", " ", "\t") or any(line and not line.strip(" ") for line in lines):
        return None
    chomping = "" if body != text else "-"
    comment = header[1:].lstrip("+-0123456789")
    return newline.join([f"|{chomping}{comment}", *(indent + line if line else "" for line in lines)])
