"""The rows of HCL text, as ``terraform fmt`` sees them: which token starts one, where its ``=`` and its comment stand, what it opens.

This follows hclsyntax's scanner (``scan_tokens.rl``) and hclwrite's ``linesForFormat``. A row ends at a newline token, so a heredoc, a
block comment or a string is part of one row, whatever newlines it holds, but an interpolation that is broken over lines is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

_IDENT = rb"[A-Za-z_\x80-\xff][\w\x80-\xff-]*"
_MAIN = re.compile(
    rb'(?P<comment>(?:#|//)[^\n]*\n?|/\*.*?\*/)|(?P<quote>")|<<-?(?P<marker>' + _IDENT + rb")\r?\n"
    rb"|(?P<operator>[=!<>]=|=>)|(?P<equals>=)|(?P<bracket>~?\}|[{()\[\]])|(?P<newline>\r?\n)",
    re.DOTALL,
)
_STRING = re.compile(rb'\\[^\r\n]|\$\$\{|%%\{|(?P<open>[$%]\{)|(?P<quote>")|(?P<newline>\n)')
_TEMPLATE = re.compile(rb"\$\$\{|%%\{|(?P<open>[$%]\{)")


class Row(NamedTuple):
    """One row: ``data[start:end]``, its line end included.

    ``text`` is where its first token stands (the newline's own place in an empty row). ``sign`` is where its first ``=`` does, unless it
    starts the row. ``equals`` and ``comment`` are where these cells start, or None: the ``=`` has a cell only where as many brackets are
    opened as closed after it. ``net`` is the number of brackets that the row opens less those that it closes, as ``formatIndent`` counts.
    """

    start: int
    end: int
    text: int
    empty: bool
    net: int
    sign: int | None
    equals: int | None
    comment: int | None


@dataclass(slots=True)
class _Open:
    """A row that is being read. ``before`` are the brackets before its first ``=``, ``after`` those from there on."""

    start: int
    text: int | None = None
    sign: int | None = None
    before: int = 0
    after: int = 0
    counted: int | None = None  # brackets up to the first heredoc
    comment: int | None = None
    last: int = -1  # end of the last token seen

    def bracket(self, change: int) -> None:
        if self.sign is None:
            self.before += change
        else:
            self.after += change

    def heredoc(self) -> None:
        if self.counted is None:
            self.counted = self.before + self.after

    def closed(self, end: int, *, empty: bool, text: int) -> Row:
        whole = self.before + self.after
        if self.sign is not None and self.after == 0:
            net, equals = self.before, self.sign
        else:
            net, equals = whole if self.counted is None else self.counted, None
        return Row(self.start, end, text, empty, net, self.sign, equals, self.comment)


@dataclass(slots=True)
class _Heredoc:
    """A heredoc that is being read: what its closing marker looks like, and where the next such line is."""

    marker: re.Pattern[bytes]
    found: re.Match[bytes] | None = None

    def closing(self, data: bytes, at: int, end: int) -> re.Match[bytes] | None:
        if self.found is None or self.found.start() < at:
            self.found = self.marker.search(data, at, end)
        return self.found


_Mode = Literal["main", "string"] | _Heredoc


@dataclass(slots=True)
class _Scanner:
    """State between tokens: the modes that the text is in, innermost last."""

    data: bytes
    end: int
    row: _Open
    rows: list[Row] = field(default_factory=list)
    modes: list[_Mode] = field(default_factory=lambda: ["main"])
    braces: int = 0
    returns: list[int] = field(default_factory=list)  # depths of braces at which a template sequence ends

    def scan(self) -> list[Row]:
        at = self.row.start
        while at < self.end:
            mode = self.modes[-1]
            if mode == "main":
                at = self._main(at)
            elif mode == "string":
                at = self._string(at)
            else:
                at = self._heredoc(at, mode)
        if self.row.start < self.end:
            self._close(self.end, empty=not self.data[self.row.start : self.end].strip(b" \t"))
        return self.rows

    def _close(self, end: int, *, empty: bool) -> None:
        text = self.row.start
        while self.data[text : text + 1] in (b" ", b"\t"):
            text += 1
        self.rows.append(self.row.closed(end, empty=empty, text=text))
        self.row = _Open(end)

    def _blank(self, start: int, end: int) -> bool:
        """Whether only blanks stand there."""
        return not self.data[start:end].strip(b" \t")

    def _main(self, at: int) -> int:
        """Read tokens that the layout depends on, up to where another mode begins or this one ends."""
        row = self.row
        for match in _MAIN.finditer(self.data, at, self.end):
            kind = match.lastgroup
            start, end = match.span()
            if kind == "newline":
                self._close(end, empty=self._blank(row.start, start))
                row = self.row
            elif kind == "bracket":
                if self._bracket(match.group()):
                    return end
            elif kind == "equals":
                if row.sign is None and not self._blank(row.start, start):
                    row.sign = start
            elif kind == "quote":
                self.modes.append("string")
                return end
            elif kind == "marker":
                row.heredoc()
                marker = re.escape(match.group("marker"))
                self.modes.append(_Heredoc(re.compile(rb"\n[ \t]*" + marker + rb"[ \t]*(?=\r?\n)")))
                return end - 1  # the newline may be the one before the closing marker
            elif kind == "comment":
                self._comment(start, end)
                row = self.row
        return self.end

    def _comment(self, start: int, end: int) -> None:
        ends_row = self.data[end - 1 : end] == b"\n"
        if (ends_row or self._blank(end, self.end)) and not self._blank(self.row.start, start):
            self.row.comment = start
        if ends_row:
            self._close(end, empty=False)

    def _bracket(self, text: bytes) -> bool:
        """Count a bracket; whether it ends a template sequence."""
        if text in (b"(", b"[", b"{"):
            self.row.bracket(1)
            self.braces += text == b"{"
            return False
        self.row.bracket(-1)
        if not text.endswith(b"}"):
            return False
        ends = bool(self.returns) and self.returns[-1] == self.braces
        self.braces -= 1
        if ends:
            self.returns.pop()
            self.modes.pop()
        return ends

    def _opened(self) -> None:
        """``${`` or ``%{``: what follows is read as an expression."""
        self.row.bracket(1)
        self.braces += 1
        self.returns.append(self.braces)
        self.modes.append("main")

    def _string(self, at: int) -> int:
        for match in _STRING.finditer(self.data, at, self.end):
            if match.lastgroup == "quote" or match.lastgroup == "newline":  # a newline in a string is an error; leave it to the judges
                self.modes.pop()
                return match.end() if match.lastgroup == "quote" else match.start()
            if match.lastgroup == "open":
                self._opened()
                return match.end()
        return self.end

    def _heredoc(self, at: int, heredoc: _Heredoc) -> int:
        end = heredoc.closing(self.data, at, self.end)
        stop = self.end if end is None else end.start() + 1
        for match in _TEMPLATE.finditer(self.data, at, stop):
            if match.lastgroup == "open":
                self._opened()
                return match.end()
        if end is None:
            return self.end
        self.modes.pop()
        return end.end()


def rows(data: bytes, start: int = 0, end: int | None = None) -> list[Row]:
    """The rows of ``data[start:end]``, which must start where a row starts and outside all brackets."""
    stop = len(data) if end is None else end
    return _Scanner(data, stop, _Open(start)).scan()
