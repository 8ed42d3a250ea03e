"""What an unquoted scalar means, to YAML 1.2's core schema and to everybody else.

Source: YAML 1.2.2 section 10.3.2 (core schema); YAML 1.1's types (bool, int, float, timestamp, merge, value)
as PyYAML and the Go libraries behind Kubernetes, Helm and Terraform's ``yamldecode`` still read them.
"""

from __future__ import annotations

import re

Plain = str | int | float | bool | None

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z")
_NAN = frozenset({".nan", ".NaN", ".NAN"})
_LONGEST_NUMBER = 300

# Everything that some reader of YAML in use takes for something else than a string.
_NOT_A_STRING = re.compile(
    r"""(?:
        | ~ | null | true | false | yes | no | on | off | y | n | = | <<
        | [-+]?0b[01_]+ | [-+]?0o?[0-7_]+ | [-+]?0x[0-9a-f_]+ | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])*
        | [-+]?(?:\.[0-9_]+|[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?)(?:e[-+]?[0-9]+)?
        | [-+]?\.?inf(?:inity)? | \.?nan
        | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:t|[ \t]+).*)?
    )\Z""",
    re.IGNORECASE | re.VERBOSE,
)


def core_value(text: str) -> Plain:
    """The value of a plain scalar by the core schema. A number of more than 300 digits stays text."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text[0] not in "0123456789+-." or len(text) > _LONGEST_NUMBER:
        return text
    if _INT.match(text):
        return int(text)
    if _OCTAL.match(text):
        return int(text[2:], 8)
    if _HEX.match(text):
        return int(text[2:], 16)
    if _FLOAT.match(text):
        return float(text)
    if _INFINITE.match(text):
        return float("-inf" if text[0] == "-" else "inf")
    return float("nan") if text in _NAN else text


def is_string_everywhere(text: str) -> bool:
    """Whether every reader of YAML takes ``text``, unquoted, for a string."""
    return _NOT_A_STRING.match(text) is None
