"""Edits that put things into Terraform code, or take them out, as a person would have written them.

Text that is given to these functions is written at indentation zero with ``\\n`` line ends and two blanks a level; it comes out with the
indentation and the line ends of its new place. :func:`refactor.hcl.layout.aligned` then sets the columns of ``=``. Members of objects and
tuples are the business of :mod:`refactor.hcl.members`, whose functions are here too.
"""

from __future__ import annotations

from itertools import pairwise

from refactor.edits import Edit, Span
from refactor.hcl.columns import columns
from refactor.hcl.document import BOM, Attribute, Block, Body, Document
from refactor.hcl.members import insert_element, remove_element, remove_elements, remove_key, remove_keys, replace, set_key, set_keys
from refactor.hcl.placing import ends_in_heredoc, indentation, indented, line_end, line_start, one_line, step
from refactor.hcl.removal import lines_out, only_comment, without

__all__ = [
    "insert_attribute",
    "insert_block",
    "insert_element",
    "remove",
    "remove_element",
    "remove_elements",
    "remove_key",
    "remove_keys",
    "replace",
    "set_key",
    "set_keys",
]

_WIDTH = 100  # columns up to which a block keeps to one line


def insert_attribute(body: Body, name: str, value: str, *, after: str | None = None) -> list[Edit]:
    """Add ``name = value``: after the attribute named ``after``, else after the last attribute that stands before any nested block.

    Raises:
        ValueError: the attribute is there already.
    """
    if body.attribute(name) is not None:
        raise ValueError(f"{name} is set already")
    text = f"{name} = {value}"
    anchor = body.attribute(after) if after is not None else None
    if anchor is None:
        for item in body.items:
            if isinstance(item, Block):
                break
            anchor = item
    if body.block is not None and one_line(body.block):
        return _within(body.block, text)
    if anchor is not None:
        return _below(body, anchor, text, blank=False)
    if body.block is None:
        return _at_end(body, text)
    return _first(body, body.block, text)


def insert_block(body: Body, text: str, *, after: Attribute | Block | None = None) -> list[Edit]:
    """Add a block: after ``after``, else after the last block of its type, else at the end; with a blank line where neighbours have one.

    ``text`` may begin with comment lines.
    """
    kind = next(line for line in text.split("\n") if line.strip() and not line.lstrip().startswith(("#", "//"))).split(None, 1)[0]
    anchor = after
    if anchor is None:
        siblings = list(body.blocks(kind))
        anchor = siblings[-1] if siblings else (body.items[-1] if body.items else None)
    if body.block is not None and one_line(body.block):
        return _opened(body.block, text)
    if anchor is not None:
        return _below(body, anchor, text, blank=_blank_lines(body, anchor), behind=after is None)
    if body.block is None:
        return _at_end(body, text)
    return _first(body, body.block, text)


def _blank_lines(body: Body, anchor: Attribute | Block) -> bool:
    """Whether the items of this body that end or start a block are parted by blank lines: what most do, or what the style guide says."""
    gaps = [
        _has_blank_line(body.document, one.span.end, two.span.start)
        for one, two in pairwise(body.items)
        if isinstance(one, Block) or isinstance(two, Block)
    ]
    if not gaps:
        return body.block is None or isinstance(anchor, Attribute)
    return sum(gaps) * 2 >= len(gaps)


def _has_blank_line(document: Document, start: int, end: int) -> bool:
    return any(not line.strip() for line in document.data[start:end].split(b"\n")[1:-1])


def _below(body: Body, anchor: Attribute | Block, text: str, *, blank: bool, behind: bool = False) -> list[Edit]:
    """Below an item; ``behind`` also below the comments between the last item and the end of its block."""
    document = body.document
    newline = document.newline
    at = line_end(document.data, anchor.span.end)
    following = _following(body, anchor)
    if behind and anchor is body.items[-1]:
        at = line_end(document.data, at + len(document.data[at:following].rstrip()))
    below = document.data[at:following].split(b"\n", 2)[1:]
    crowded = blank and bool(below) and bool(below[0].strip() or (len(below) == 1 and following < _end(body)))
    written = indented(text, indentation(document, anchor.span.start), document, step(body))
    tail = newline if crowded else _last_line_end(document, at, text)
    return [Edit(_bare(document, at), at, newline * (2 if blank else 1) + written + tail)]


def _following(body: Body, item: Attribute | Block) -> int:
    """Where the next item starts, or the body ends."""
    index = body.items.index(item)
    return body.items[index + 1].span.start if index + 1 < len(body.items) else _end(body)


def _end(body: Body) -> int:
    return body.block.braces[1] if body.block is not None else len(body.document.data)


def _at_end(body: Body, text: str) -> list[Edit]:
    """Below all that a file without items, or without attributes, holds."""
    document = body.document
    data = document.data
    last = len(data.rstrip())
    if not data.removeprefix(BOM).strip():
        start = len(BOM) if data.startswith(BOM) else 0
        return [Edit(start, start, indented(text, b"", document) + document.newline)]
    at = line_end(data, last)
    return [
        Edit(_bare(document, at), at, document.newline * 2 + indented(text, b"", document, step(body)) + _last_line_end(document, at, text))
    ]


def _bare(document: Document, at: int) -> int:
    """Where the blanks before the end of a file start, which fmt takes for blanks at a line's end once a line follows."""
    return len(document.data.rstrip(b" \t")) if at == len(document.data) else at


def _last_line_end(document: Document, at: int, text: str) -> bytes:
    """The marker of a heredoc must end its line, also in a file whose last line has no end."""
    return document.newline if at == len(document.data) and ends_in_heredoc(text) else b""


def _first(body: Body, block: Block, text: str) -> list[Edit]:
    """Above all items of a block, below what else stands on the line of its brace."""
    document = body.document
    newline = document.newline
    at = line_end(document.data, block.braces[0] + 1)
    if not body.items:
        indent = indentation(document, block.span.start) + step(body)
        return [Edit(at, at, newline + indented(text, indent, document, step(body)))]
    first = body.items[0]
    blank = _blank_lines(body, first) if len(body.items) > 1 else True
    blank = blank and not _has_blank_line(document, at, first.span.start)
    indent = indentation(document, first.span.start)
    return [Edit(at, at, newline + indented(text, indent, document, step(body)) + (newline if blank else b""))]


def _within(block: Block, text: str) -> list[Edit]:
    """``{}`` takes one attribute in its line; anything else is opened."""
    document = block.parent.document
    opening, closing = block.braces
    width = columns(document.data[line_start(document.data, opening) : opening]) + len(text)
    if "\n" in text or width > _WIDTH or document.data[opening + 1 : closing].strip():
        return _opened(block, text)
    return [Edit(opening + 1, closing, f" {text} ".encode())]


def _opened(block: Block, text: str) -> list[Edit]:
    """A one-line block gets a line for its attribute before it takes another item."""
    document = block.parent.document
    data = document.data
    outer = indentation(document, block.span.start)
    level = step(block.body)
    inner = document.newline + outer + level
    added = document.newline + indented(text, outer + level, document, level) + document.newline + outer
    opening, closing = block.braces
    within = data[opening + 1 : closing]
    if not within.strip():
        return [Edit(opening + 1, closing, added)]
    start = opening + 1 + len(within) - len(within.lstrip())
    return [Edit(opening + 1, start, inner), Edit(opening + 1 + len(within.rstrip()), closing, added)]


def remove(item: Attribute | Block) -> list[Edit]:
    """Take out an attribute or a block with its lines, and the comment at the end of its line."""
    body = item.body if isinstance(item, Attribute) else item.parent
    document = body.document
    if body.block is not None and one_line(body.block):
        opening, closing = body.block.braces
        return [without(document.data, Span(opening + 1, closing), item.span)]
    if body.block is not None and len(body.items) == 1:
        opening, closing = body.block.braces
        if not _beside(document, opening + 1, item.span.start) and not _beside(document, item.span.end, closing):
            return [Edit(opening + 1, closing, b"")]
    first = item is body.items[0]
    opened_at = body.block.braces[0] if body.block is not None else None
    return [lines_out(document, item.span, opened_at if first else None, top=first and body.block is None)]


def _beside(document: Document, start: int, end: int) -> bool:
    """Whether something stands there that would be lost with the lines of a block's only item."""
    data = document.data
    rest = line_end(data, start)
    return bool(data[start:end].strip()) and not (rest < end and only_comment(data[start:rest]) and not data[rest:end].strip())
