"""Lines and columns of byte offsets, in the units that report formats count in."""

from __future__ import annotations

from bisect import bisect_right

_BOM = b"\xef\xbb\xbf"


class Text:
    """A file's bytes with the positions of its characters. Lines end with ``\\n`` or ``\\r\\n``; a byte order mark is no character."""

    __slots__ = ("_data", "_starts")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts = [len(_BOM) if data.startswith(_BOM) else 0]
        at = data.find(b"\n")
        while at != -1:
            self._starts.append(at + 1)
            at = data.find(b"\n", at + 1)

    def line(self, offset: int) -> int:
        """The line of a byte offset, from 1."""
        return max(bisect_right(self._starts, offset), 1)

    def column(self, offset: int) -> int:
        """The column of a byte offset in its line, from 1, in characters."""
        return len(self._between(self._starts[self.line(offset) - 1], offset)) + 1

    def units(self, start: int, end: int) -> int:
        """How many UTF-16 code units lie between two byte offsets."""
        text = self._between(start, end)
        return len(text) + sum(c > "\uffff" for c in text)

    def characters(self, offset: int) -> int:
        """How many UTF-16 code units stand before a byte offset."""
        return self.units(self._starts[0], offset)

    def position(self, offset: int, *, in_last_line: bool = False) -> tuple[int, int]:
        """Line and column of a byte offset, both from 1, the column in UTF-16 code units.

        ``in_last_line`` gives the end of a file whose last line has an end as a column of that line, behind its end.
        """
        line = self.line(offset)
        if in_last_line and line > 1 and offset == len(self._data) and self._starts[line - 1] == offset:
            line -= 1
        return line, self.units(self._starts[line - 1], offset) + 1

    def _between(self, start: int, end: int) -> str:
        return self._data[start:end].decode("utf-8", "replace")
