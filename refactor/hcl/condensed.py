"""Files with very long heredocs, made short for parsers that take much time or memory over them.

HashiCorp's parser reads 80,000 lines of a heredoc in ten seconds, and twice as many in forty; python-hcl2 takes 200 bytes of memory for
each byte. A line without ``$`` and ``%`` in it, of the text between the template sequences of a heredoc, is only text: the file without
it is accepted if and only if the file is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING

from tree_sitter import Query, QueryCursor

from refactor.hcl.document import LANGUAGE, Document

if TYPE_CHECKING:
    from tree_sitter import Node

_HEREDOCS = Query(LANGUAGE, "(heredoc_template) @heredoc")
_LINES = 2000  # from which a heredoc is shortened
_BYTES = 50_000
_Wanted = Callable[[bytes], bool]


class Condensed:
    """A document's bytes without such lines, and the numbers that the remaining lines have in it."""

    def __init__(self, document: Document) -> None:
        data = document.data
        kept: list[bytes] = []
        self._marks = [(0, 0)]  # from which line on (of the shortened text, from 0) how many are missing before it
        at = line = missing = 0
        for start, end in _idle(document):
            text = data[at:start]
            kept.append(text)
            line += text.count(b"\n")
            missing += data.count(b"\n", start, end)
            self._marks.append((line, missing))
            at = end
        self.data = b"".join([*kept, data[at:]])

    def line(self, number: int) -> int:
        """The number in the document of a line of the shortened text; both count from 1."""
        at = bisect_right(self._marks, number - 1, key=lambda mark: mark[0]) - 1
        return number + self._marks[at][1]


def digested(one: Document, two: Document) -> tuple[bytes, bytes]:
    """Two versions of a file in which a digest stands for each run of such lines that both versions have."""
    shared = set(one.data.split(b"\n")).intersection(two.data.split(b"\n")) if max(len(one.data), len(two.data)) > _BYTES else set()
    return _digested(one, shared.__contains__), _digested(two, shared.__contains__)


def _digested(document: Document, wanted: _Wanted) -> bytes:
    data = document.data
    result: list[bytes] = []
    at = 0
    for start, end in _idle(document, wanted):
        result += (data[at:start], sha256(data[start:end]).hexdigest().encode(), b"\n")
        at = end
    return b"".join([*result, data[at:]])


def _idle(document: Document, wanted: _Wanted | None = None) -> list[tuple[int, int]]:
    """Runs of whole lines that are only text, and wanted, in order."""
    data = document.data
    if b"<<" not in data or document.error is not None:
        return []
    if len(data) < _BYTES and data.count(b"\n") < _LINES:
        return []
    result: list[tuple[int, int]] = []
    for node in sorted(QueryCursor(_HEREDOCS).captures(document.root).get("heredoc", ()), key=lambda n: n.start_byte):
        is_long = node.end_byte - node.start_byte >= _BYTES or data.count(b"\n", node.start_byte, node.end_byte) >= _LINES
        if is_long and (not result or node.start_byte >= result[-1][1]):
            result += _idle_in(data, node, wanted)
    return result


def _idle_in(data: bytes, node: Node, wanted: _Wanted | None) -> list[tuple[int, int]]:
    marker = next((data[c.start_byte : c.end_byte] for c in node.children if c.type == "heredoc_identifier"), b"")
    sequences = [c for c in node.children if c.type in ("template_interpolation", "template_directive")]
    last = data.rfind(b"\n", node.start_byte, node.end_byte)
    ends = [data.find(b"\n", node.start_byte), *(c.end_byte for c in sequences)]
    starts = [*(c.start_byte for c in sequences), last]
    result: list[tuple[int, int]] = []
    for low, high in zip(ends, starts, strict=True):
        start = data.find(b"\n", low, high + 1) + 1
        end = data.rfind(b"\n", low, high + 1) + 1
        if start and end > start:
            result += _runs(data, start, end, marker, wanted)
    return result


def _runs(data: bytes, start: int, end: int, marker: bytes, wanted: _Wanted | None) -> list[tuple[int, int]]:
    """The lines from ``start`` to ``end`` that can go. One that might be more than text, or is not allowed, stays."""
    result: list[tuple[int, int]] = []
    at = start
    for line in data[start:end].split(b"\n")[:-1]:
        stop = at + len(line) + 1
        is_text = b"$" not in line and b"%" not in line and b"\r" not in line[:-1] and line.strip() != marker
        if is_text and (wanted is None or wanted(line)):
            if result and result[-1][1] == at:
                result[-1] = (result[-1][0], stop)
            else:
                result.append((at, stop))
        at = stop
    return result
