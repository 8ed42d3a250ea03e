"""What ``terraform fmt`` would print around a change: indentation, and the columns of ``=`` and of comments at line ends.

The rules are those of hclwrite's ``formatIndent`` and ``formatCells``: consecutive rows that hold a whole ``name = value`` form a chain
whose ``=`` stand in one column; consecutive rows that end in a comment after something else form a chain whose comments do. The spaces
between other tokens are not looked at: inserted text is written as fmt prints it to begin with.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence

from refactor.edits import Edit, Span, apply, compose, images, ordered
from refactor.hcl.columns import columns
from refactor.hcl.document import BOM, Document
from refactor.hcl.rows import Row, rows

_BLANK_LINES = re.compile(rb"\n(?:[ \t\r]*\n)+")
_Cell = Callable[[Row], int | None]


def aligned(document: Document, edits: Sequence[Edit]) -> list[Edit]:
    """``edits`` on the document, plus the blanks that fmt would put around them and in the chains that they are part of.

    A chain is aligned only where its older rows were, and lines are indented only where those around were, so that a file that nobody
    formatted is not formatted now. What lies beyond a blank line between two top-level items is not looked at.
    """
    edits = ordered(edits)
    moves: list[Edit] = []
    shift = 0
    for region, own in _regions(document, edits):
        local = [Edit(e.start - region.start, e.end - region.start, e.text) for e in own]
        before = document.data[region.start : region.end]
        after = apply(before, local)
        at = region.start + shift
        moves += [Edit(e.start + at, e.end + at, e.text) for e in _moves(before, after, local)]
        shift += len(after) - len(before)
    return compose(len(document.data), [edits, moves]) if moves else edits


def misplaced(data: bytes) -> list[Edit]:
    """The edits that put every indentation, ``=`` and comment of a whole file where fmt would; none for a file that fmt has printed."""
    start = len(BOM) if data.startswith(BOM) else 0
    table = _Table(data, rows(data, start))
    return table.edits(indent=True, straight=[[True] * len(table.rows)] * len(_CELLS))


def _regions(document: Document, edits: Sequence[Edit]) -> Iterator[tuple[Span, list[Edit]]]:
    """The edits in groups, each with the bytes around it that are all that its layout depends on."""
    region: Span | None = None
    own: list[Edit] = []
    for edit in edits:
        if region is not None and edit.start <= region.end:
            if edit.end > region.end:
                region = Span(region.start, max(region.end, _region(document, edit).end))
            own.append(edit)
            continue
        if region is not None:
            yield region, own
        region, own = _region(document, edit), [edit]
    if region is not None:
        yield region, own


def _region(document: Document, edit: Edit) -> Span:
    """From the blank line before the top-level item at the edit to the blank line after it: both end all chains and all brackets."""
    items = document.body.items if document.error is None else []
    low = max(bisect_right(items, edit.start, key=lambda i: i.node.start_byte) - 1, 0)
    high = bisect_left(items, edit.end, key=lambda i: i.node.end_byte)
    start = len(BOM) if document.data.startswith(BOM) else 0
    end = len(document.data)
    while low > 0:
        blank = _parting(document.data, items[low - 1].node.end_byte, items[low].node.start_byte)
        if blank is not None:
            start = blank.end
            break
        low -= 1
    while high + 1 < len(items):
        blank = _parting(document.data, items[high].node.end_byte, items[high + 1].node.start_byte)
        if blank is not None:
            end = blank.start
            break
        high += 1
    return Span(min(start, edit.start), max(end, edit.end))


def _parting(data: bytes, start: int, end: int) -> Span | None:
    """The first blank lines between two items; None where there are none, or a comment that may hold them."""
    between = data[start:end]
    found = None if b"/*" in between else _BLANK_LINES.search(between)
    return None if found is None else Span(start + found.start() + 1, start + found.end())


def _moves(before: bytes, after: bytes, edits: Sequence[Edit]) -> list[Edit]:
    """What to move in a region after its edits."""
    old, new = _Table(before, rows(before)), _Table(after, rows(after))
    starts = [row.start for row in old.rows]
    origins = [None if at is None else bisect_right(starts, at) - 1 for at in _origins(new.rows, edits)]
    straight = [[True if origin is None else flags[origin] for origin in origins] for flags in map(old.straight, _CELLS)]
    new.inserted = frozenset(i for i, origin in enumerate(origins) if origin is None)
    return new.edits(indent=old.indented(), straight=straight)


def _origins(lines: Sequence[Row], edits: Sequence[Edit]) -> Iterator[int | None]:
    """Where each row's start was before the edits; None for a row that starts in text that was put in."""
    todo = list(zip(images(edits), edits, strict=True))
    k = shift = 0
    for row in lines:
        while k < len(todo) and todo[k][0].end <= row.start:
            shift += len(todo[k][1].text) - (todo[k][1].end - todo[k][1].start)
            k += 1
        yield None if k < len(todo) and todo[k][0].start <= row.start else row.start - shift


def _equals(row: Row) -> int | None:
    return row.equals


def _opener(row: Row) -> int | None:
    """An ``=`` that has no cell, since what follows opens brackets; one blank stands before it."""
    return row.sign if row.equals is None else None


def _comment(row: Row) -> int | None:
    return row.comment


_CELLS: tuple[_Cell, ...] = (_equals, _opener, _comment)


class _Table:
    """The rows of a text with the widths of their cells."""

    def __init__(self, data: bytes, table: list[Row]) -> None:
        self.data = data
        self.rows = table
        self.inserted: frozenset[int] = frozenset()

    def indents(self) -> list[int]:
        """The blanks that fmt puts before each row (``formatIndent``)."""
        result: list[int] = []
        opened: list[int] = []  # brackets that each line with more openings than closings left open
        for row in self.rows:
            closing = 0 if row.empty else max(-row.net, 0)
            while closing and opened:
                last = opened[-1]
                if closing < last:
                    opened[-1] -= closing
                else:
                    opened.pop()
                closing = max(closing - last, 0)
            result.append(0 if row.empty else 2 * len(opened))
            if row.net > 0 and not row.empty:
                opened.append(row.net)
        return result

    def indented(self) -> bool:
        """Whether every row is indented as fmt would."""
        expected = self.indents()
        return all(self._lead(row) == b" " * n for row, n in zip(self.rows, expected, strict=True) if not row.empty)

    def _lead(self, row: Row) -> bytes:
        return self.data[row.start : row.text]

    def straight(self, cell: _Cell) -> list[bool]:
        """For each row whether the cells of its chain stand in one column; True where it has no such cell."""
        result = [True] * len(self.rows)
        for chain in self._chains(cell):
            gaps = [self._gap(i, cell) for i in chain]
            width = max(lead for lead, _ in gaps)
            if any(blanks != width - lead + 1 for lead, blanks in gaps):
                for i in chain:
                    result[i] = False
        return result

    def _chains(self, cell: _Cell) -> Iterator[range]:
        """Consecutive rows that have the cell; an opener is aligned with nothing."""
        if cell is _opener:
            yield from (range(i, i + 1) for i, row in enumerate(self.rows) if cell(row) is not None)
            return
        first: int | None = None
        for i, row in enumerate(self.rows):
            if cell(row) is None:
                if first is not None:
                    yield range(first, i)
                first = None
            elif first is None:
                first = i
        if first is not None:
            yield range(first, len(self.rows))

    def _gap(self, i: int, cell: _Cell) -> tuple[int, int]:
        """The columns before the blanks that part a cell from what it follows, and the number of blanks."""
        row = self.rows[i]
        text = self.data[row.start : cell(row)]
        lead = text.rstrip(b" \t")
        return columns(lead), len(text) - len(lead)

    def edits(self, *, indent: bool, straight: Sequence[Sequence[bool]]) -> list[Edit]:
        """Edits that indent all rows, and align each chain of cells all of whose rows may be (``straight``, for each of ``_CELLS``)."""
        result: list[Edit] = []
        shifts = [0] * len(self.rows)  # columns by which the text so far has moved
        if indent:
            for i, (row, blanks) in enumerate(zip(self.rows, self.indents(), strict=True)):
                if not row.empty and self._lead(row) != b" " * blanks:
                    shifts[i] = blanks - (row.text - row.start)
                    result.append(Edit(row.start, row.text, b" " * blanks))
        for cell, flags in zip(_CELLS, straight, strict=True):
            for chain in self._chains(cell):
                result += self._align(chain, cell, shifts, straight=all(flags[i] for i in chain))
        return ordered(result)

    def _align(self, chain: range, cell: _Cell, shifts: list[int], *, straight: bool) -> Iterator[Edit]:
        found = {i: self._gap(i, cell) for i in chain}
        leads = {i: lead + shifts[i] for i, (lead, _) in found.items()}
        if straight:
            width = max(leads.values())
            wanted = {i: width - leads[i] + 1 for i in chain}
        else:
            wanted = self._loose({i: blanks for i, (_, blanks) in found.items()}, leads)
        for i in chain:
            blanks = found[i][1]
            if blanks != wanted[i]:
                at = cell(self.rows[i]) or 0
                yield Edit(at - blanks, at, b" " * wanted[i])
                shifts[i] += wanted[i] - blanks

    def _loose(self, gaps: dict[int, int], leads: dict[int, int]) -> dict[int, int]:
        """Blanks in a chain that is not aligned: as they are, but a new row joins the column of the one above."""
        wanted = dict(gaps)
        if all(blanks == 1 for i, blanks in gaps.items() if i not in self.inserted):
            return wanted
        for i in self.inserted & gaps.keys():
            above = next((j for j in range(i - 1, -1, -1) if j in gaps and j not in self.inserted), None)
            if above is not None:
                wanted[i] = max(leads[above] + gaps[above] - leads[i], 1)
        return wanted
