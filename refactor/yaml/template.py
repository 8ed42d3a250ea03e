"""Where a text holds template syntax, before anything reads it as YAML.

Three kinds of marks matter to a YAML reader: ``${...}`` interpolations and ``%{...}`` directives of
Terraform's string templates (heredocs, quoted strings, files of ``templatefile``), and ``{{ ... }}`` actions
of Go templates. ``$${`` and ``%%{`` are the escapes that Terraform reads as a literal ``${`` and ``%{``; of a
longer run of signs only the last two are the escape (``$$${`` is a literal ``$${``).

Source: the HCL native syntax specification, section "Templates"; the Go documentation of text/template,
section "Actions".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from refactor.edits import Span


@dataclass(frozen=True, slots=True)
class Unparsable:
    """The text cannot be read. ``offset`` is a byte of the file; ``detail`` never quotes the text, which may
    hold a secret.
    """

    detail: str
    offset: int


class MarkKind(StrEnum):
    INTERPOLATION = "interpolation"  # ${...}
    DIRECTIVE = "directive"  # %{...}
    ACTION = "action"  # {{ ... }}
    ESCAPE = "escape"  # the $$ of $${, the %% of %%{


@dataclass(frozen=True, slots=True)
class Mark:
    """One piece of template syntax. ``inner`` is what stands between its braces, without strip markers and
    blanks around it.

    ``nesting`` is 1 where it opens a conditional or a loop, -1 where it closes one. ``control`` is true for
    what prints nothing itself.
    """

    start: int
    end: int
    kind: MarkKind
    inner: Span
    nesting: int = 0
    control: bool = False


_OPENER = re.compile(rb"[$%{]\{")
_EXPRESSION = re.compile(rb'["{}]|/\*|#|//')
_STRING = re.compile(rb'\\.|"|\$\$\{|%%\{|[$%]\{|\n', re.DOTALL)
_WORD = re.compile(rb"[a-z]+")

_HCL_NESTING = {b"if": 1, b"for": 1, b"endif": -1, b"endfor": -1}
_GO_NESTING = {b"if": 1, b"range": 1, b"with": 1, b"define": 1, b"block": 1, b"end": -1}
_GO_CONTROL = frozenset({*_GO_NESTING, b"else", b"break", b"continue"})
_GO_ASSIGNMENT = re.compile(rb"\$\w*\s*:?=")
_GO_COMMENT = re.compile(rb"-?\s{0,64}/\*")
_LONGEST_ACTION = 4096


def _close(data: bytes, at: int, end: int) -> int:
    """Offset behind the brace that closes the template sequence whose inside starts at ``at``; -1 if nothing
    closes it.
    """
    braces = 1
    strings: list[int] = []  # number of open braces outside each string that is open
    in_string = False
    while True:
        found = (_STRING if in_string else _EXPRESSION).search(data, at, end)
        if found is None:
            return -1
        at = found.end()
        token = found[0]
        if in_string:
            if token == b"\n":
                return -1
            if token == b'"':
                in_string = False
            elif token in (b"${", b"%{"):
                strings.append(braces)
                braces = 1
                in_string = False
        elif token == b'"':
            in_string = True
        elif token == b"{":
            braces += 1
        elif token == b"}":
            braces -= 1
            if not braces:
                if not strings:
                    return at
                braces = strings.pop()
                in_string = True
        elif token == b"/*":
            at = data.find(b"*/", at, end) + 2
            if at == 1:
                return -1
        else:
            at = data.find(b"\n", at, end)
            if at == -1:
                return -1


def _inner(data: bytes, start: int, end: int, strip: bytes) -> Span:
    while start < end and data[start] in strip + b" \t\r\n":
        start += 1
    while end > start and data[end - 1] in strip + b" \t\r\n":
        end -= 1
    return Span(start, end)


class _Actions:
    """Finds the ends of Go template actions, looking at each byte a bounded number of times."""

    def __init__(self, data: bytes, end: int) -> None:
        self._data = data
        self._end = end
        self._closer = 0

    def close(self, start: int) -> int:
        """Offset behind the action that opens at ``start``, or -1 if it is not one."""
        data = self._data
        at = start + 2
        if data[at : at + 1] in (b'"', b"'", b"}", b"{"):
            return -1
        comment = _GO_COMMENT.match(data, at, self._end)
        if comment:
            at = data.find(b"*/", comment.end(), min(self._end, start + _LONGEST_ACTION))
            if at == -1:
                return -1
        if self._closer < at:
            found = data.find(b"}}", at, self._end)
            self._closer = self._end if found == -1 else found
        if self._closer >= self._end or self._closer - start > _LONGEST_ACTION:
            return -1
        if not comment and data.find(b"{{", at, self._closer) != -1:
            return -1
        return self._closer + 2


def _directive(data: bytes, start: int, end: int) -> Mark:
    inner = _inner(data, start + 2, end - 1, b"~")
    word = _WORD.match(data, inner.start, inner.end)
    return Mark(start, end, MarkKind.DIRECTIVE, inner, _HCL_NESTING.get(word[0], 0) if word else 0, control=True)


def _action(data: bytes, start: int, end: int) -> Mark:
    inner = _inner(data, start + 2, end - 2, b"-")
    text = data[inner.start : inner.end]
    word = _WORD.match(text)
    name = word[0] if word else b""
    control = name in _GO_CONTROL or text.startswith(b"/*") or _GO_ASSIGNMENT.match(text) is not None
    return Mark(start, end, MarkKind.ACTION, inner, _GO_NESTING.get(name, 0), control)


def find_marks(data: bytes, start: int, end: int, *, actions: bool = True) -> list[Mark] | Unparsable:
    """All outermost marks of ``data[start:end]``, in order. With ``actions=False`` braces of Go templates
    mean nothing.
    """
    marks: list[Mark] = []
    finder = _Actions(data, end)
    at = start
    while (found := _OPENER.search(data, at, end)) is not None:
        before, opener, at = at, found.start(), found.end()
        if found[0] == b"{{":
            close = finder.close(opener) if actions else -1
            if close == -1:
                at = opener + 1
                continue
            marks.append(_action(data, opener, close))
        elif opener > before and data[opener - 1] == data[opener]:
            signs = Span(opener - 1, opener + 1)
            marks.append(Mark(signs.start, signs.end, MarkKind.ESCAPE, signs))
            continue
        else:
            close = _close(data, at, end)
            if close == -1:
                return Unparsable("a template sequence is not closed", opener)
            if found[0] == b"${":
                inner = _inner(data, at, close - 1, b"~")
                marks.append(Mark(opener, close, MarkKind.INTERPOLATION, inner))
            else:
                marks.append(_directive(data, opener, close))
        at = marks[-1].end
    return marks


def nesting_after(marks: list[Mark]) -> list[int]:
    """How many conditionals and loops are open behind each mark."""
    return list(accumulate(mark.nesting for mark in marks))


_SEQUENCE = re.compile(rb"([$%])(?=\{)")


def escape_template(text: bytes) -> bytes:
    """Write ``text`` so that Terraform's template reads it as it is."""
    return _SEQUENCE.sub(rb"\1\1", text)


def joins(before: bytes, text: bytes, after: bytes) -> bool:
    """Whether putting (escaped) ``text`` between two neighbours makes or unmakes a template sequence at
    either seam.
    """
    left = (before[-1:] + text[:2]) if text else before[-1:] + after[:2]
    right = (text[-1:] + after[:2]) if text else b""
    return any(len(s) > 1 and s[0] in b"$%" and (s[1] == s[0] or s[1] in b"{") for s in (left, right))
