"""Where lines start and end in a document, and text made to fit there: indentation, step and line ends."""

from __future__ import annotations

import re

from refactor.hcl.document import BOM, Block, Body, Document
from refactor.hcl.rows import rows

_STEP = b"  "  # what terraform fmt indents by
_INTRODUCER = re.compile(rb"<<(-?)[A-Za-z_\x80-\xff]")
_LINE_COMMENT = re.compile(rb"#|//")


def line_start(data: bytes, offset: int) -> int:
    """Where the line that holds ``offset`` starts, behind a byte-order mark."""
    start = data.rfind(b"\n", 0, offset) + 1
    return len(BOM) if start == 0 and data.startswith(BOM) else start


def indentation(document: Document, offset: int) -> bytes:
    """White space at the start of the line that holds ``offset``."""
    data = document.data
    start = end = line_start(data, offset)
    while data[end : end + 1] in (b" ", b"\t"):
        end += 1
    return data[start:end]


def starts_line(data: bytes, offset: int) -> bool:
    """Whether only blanks stand before ``offset`` on its line."""
    return not data[line_start(data, offset) : offset].strip(b" \t")


def line_end(data: bytes, offset: int) -> int:
    """Where the line ends behind ``offset``, before its ``\\r\\n`` or ``\\n``; what a block comment runs over is one line.

    Only blanks, comments, commas and closing brackets may stand between ``offset`` and there.
    """
    at = offset
    while True:
        end = data.find(b"\n", at)
        end = len(data) if end == -1 else end
        opened = data.find(b"/*", at, end)
        if opened == -1 or _LINE_COMMENT.search(data, at, opened) is not None:
            return end - 1 if data[end - 1 : end] == b"\r" and end < len(data) else end
        closed = data.find(b"*/", opened + 2)
        if closed == -1:
            return len(data)
        at = closed + 2


def next_line(data: bytes, end: int) -> int:
    """Where the line after a :func:`line_end` starts."""
    found = data.find(b"\n", end)
    return len(data) if found == -1 else found + 1


def step(body: Body) -> bytes:
    """What a level of indentation is here: as in this body, else as in the file's first nested line, else as fmt has it."""
    found = _own_step(body)
    if found is None:
        found = next((own for own in (_own_step(b.body) for b in body.document.body.blocks()) if own is not None), None)
    return found or _STEP


def _own_step(body: Body) -> bytes | None:
    if body.block is None or not body.items:
        return None
    outer = indentation(body.document, body.block.span.start)
    first = body.items[0].span.start
    inner = indentation(body.document, first)
    if not starts_line(body.document.data, first) or not inner.startswith(outer) or inner == outer:
        return None
    return inner[len(outer) :]


def one_line(block: Block) -> bool:
    """Whether the block has its ``{``, its only attribute and its ``}`` in a row, or is ``{}``."""
    data = block.parent.document.data
    opening, closing = block.braces
    items = block.body.items
    return b"\n" not in data[opening : items[0].span.start if items else closing]


def indented(text: str, indent: bytes, document: Document, level: bytes = _STEP) -> bytes:
    """Text at its place: ``indent`` before every row, ``level`` for each two blanks, and the document's line ends.

    The lines of a ``<<`` heredoc are left as they are; those of ``<<-`` and of block comments move with the rest.
    """
    raw = text.rstrip("\n").encode() + b"\n"
    result: list[bytes] = []
    for row in rows(raw):
        lines = raw[row.start : row.end].removesuffix(b"\n").split(b"\n")
        introducer = _INTRODUCER.search(lines[0])
        fixed = introducer is not None and not introducer.group(1)
        result += [line if fixed and i else _moved(line, indent, level) for i, line in enumerate(lines)]
    return document.newline.join(result)


def _moved(line: bytes, indent: bytes, level: bytes) -> bytes:
    bare = line.lstrip(b" ")
    if not bare.strip():
        return b""
    blanks = len(line) - len(bare)
    return indent + level * (blanks // 2) + b" " * (blanks % 2) + bare


def ends_in_heredoc(text: str) -> bool:
    """Whether the text's last line is the closing marker of a heredoc, which nothing may share."""
    raw = text.rstrip("\n").encode() + b"\n"
    last = rows(raw)[-1]
    first, *others = raw[last.start : last.end - 1].split(b"\n")
    return bool(others) and _INTRODUCER.search(first) is not None
