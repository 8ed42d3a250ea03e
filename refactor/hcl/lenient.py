"""What tree-sitter's grammar reads without complaint although HCL forbids it.

HashiCorp's own parser is the judge (:mod:`refactor.hcl.gates`); this is a second opinion that shares no code with it, from the tree and the
bytes: line breaks, separators, templates. It errs on the side of letting things through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from tree_sitter import Query, QueryCursor

from refactor.hcl.document import LANGUAGE, Block, Body, Document
from refactor.hcl.expressions import escaped

if TYPE_CHECKING:
    from tree_sitter import Node

_SUSPECTS = Query(
    LANGUAGE,
    "(binary_operation) @operation (conditional) @operation (quoted_template) @string (string_lit) @string"
    " (template_interpolation) @template (template_directive) @template (heredoc_template) @heredoc (object) @object"
    " (legacy_index) @index",
)
_HEREDOC = re.compile(rb"<<-?[A-Za-z_\x80-\xff][\w\x80-\xff-]*\r?\n")
_ESCAPED = re.compile(rb"\$\$\{|%%\{")
_TEMPLATE = re.compile(rb"[$%]\{")
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_FREE = frozenset(["tuple", "function_arguments", "template_interpolation", "for_expr", "new_index", "template_directive"])


def lenient(document: Document) -> str | None:
    """The first thing found that HCL forbids, or None."""
    if any(c.type not in ("body", "comment") for c in document.root.named_children):
        return "not a body of attributes and blocks"
    return next(_bodies(document.body), None) or next(_expressions(document), None)


def _bodies(body: Body) -> Iterator[str]:
    """Items that share lines, or attributes set twice."""
    data, line = body.document.data, body.document.lines.line
    names: set[str] = set()
    previous_end: int | None = None
    for item in body.items:
        start = item.span.start
        if previous_end is not None and not _breaks_line(data, previous_end, start):
            yield f"two items on line {line(start)}"
        previous_end = item.span.end
        if isinstance(item, Block):
            yield from _block(item)
            continue
        if _breaks_line(data, start, item.node.named_children[-1].start_byte):
            yield f"a line break around the = of line {line(start)}"
        if item.name in names:
            yield f"{item.name} is set twice, at line {line(start)}"
        names.add(item.name)


def _block(block: Block) -> Iterator[str]:
    data, line = block.parent.document.data, block.parent.document.lines.line
    opening, closing = block.braces
    if _breaks_line(data, block.span.start, opening):
        yield f"the brace of a block is not on its line {line(block.span.start)}"
    labels = (data[c.start_byte : c.end_byte] for c in block.node.children if c.type == "string_lit")
    if any(_TEMPLATE.search(_ESCAPED.sub(b"", label)) for label in labels):
        yield f"a template in a label, line {line(block.span.start)}"
    items = block.body.items
    if items:
        own_lines = _breaks_line(data, opening, items[0].span.start)
        if own_lines != _breaks_line(data, items[-1].span.end, closing):
            yield f"a block does not end as it begins, line {line(closing)}"
        if not own_lines and (len(items) > 1 or isinstance(items[0], Block)):
            yield f"more than one attribute in a block of one line, line {line(opening)}"
    yield from _bodies(block.body)


def _breaks_line(data: bytes, start: int, end: int) -> bool:
    """Whether a line ends there, outside ``/* */``."""
    text = data[start:end]
    if b"/*" in text:
        text = re.sub(rb"#[^\n]*|//[^\n]*|/\*.*?\*/", b"", text, flags=re.DOTALL)
    return b"\n" in text


def _expressions(document: Document) -> Iterator[str]:
    found = QueryCursor(_SUSPECTS).captures(document.root)
    checks: tuple[tuple[str, Callable[[bytes, Node], str | None]], ...] = (
        ("string", _string),
        ("template", _template),
        ("heredoc", _heredoc),
        ("object", _object),
        ("operation", _operation),
        ("index", _index),
    )
    for name, check in checks:
        for node in found.get(name, ()):
            problem = check(document.data, node)
            if problem is not None:
                yield f"{problem}, line {document.lines.line(node.start_byte)}"


def _string(data: bytes, node: Node) -> str | None:
    if data.find(b"\n", node.start_byte, node.end_byte) == -1:
        return None
    at = node.start_byte + 1
    for child in [*(c for c in node.children if c.type in ("template_interpolation", "template_directive")), None]:
        end = child.start_byte if child is not None else node.end_byte - 1
        if b"\n" in data[at:end]:
            return "a line break in a quoted string"
        at = child.end_byte if child is not None else at
    return None


def _template(data: bytes, node: Node) -> str | None:
    if escaped(data, node):  # the grammar takes $${ for $ and ${: what follows is text, but the end of a directive isn't
        return None if node.type == "template_interpolation" else "a directive without its beginning"
    if node.type == "template_interpolation" and not any(c.type == "expression" for c in node.named_children):
        return "an empty interpolation"
    return None


def _heredoc(data: bytes, node: Node) -> str | None:
    introducer = _HEREDOC.match(data, node.start_byte)
    if introducer is None:
        return "something stands behind the marker of a heredoc"
    return "a carriage return in a heredoc" if _LONE_RETURN.search(data, introducer.end(), node.end_byte) else None


def _object(data: bytes, node: Node) -> str | None:
    items = [c for c in node.named_children if c.type == "object_elem"]
    for item in items:
        ends = [c for c in item.children if c.type != "comment"]
        if _breaks_line(data, ends[0].end_byte, ends[-1].start_byte):
            return "a line break around the sign of an object's key"
    for one, two in pairwise(items):
        between = re.sub(rb"#[^\n]*|//[^\n]*|/\*.*?\*/", b"", data[one.end_byte : two.start_byte], flags=re.DOTALL)
        if not between.strip(b" \t"):
            return "two keys of an object with nothing between them"
        if b"\n" in between.partition(b",")[0] and b"," in between:
            return "a comma on a line after an object's value"
    return None


def _operation(data: bytes, node: Node) -> str | None:
    if b"\n" in data[node.start_byte : node.end_byte] and _broken(node, data) and not _bracketed(node):
        return "an operation is broken over lines outside brackets"
    return None


def _broken(node: Node, data: bytes) -> bool:
    """Whether a line break stands between the operands, not inside one of them or its parentheses."""
    depth = 0
    for one, two in pairwise(node.children):
        depth += (one.type == "(") - (one.type == ")")
        if depth == 0 and _breaks_line(data, one.end_byte, two.start_byte):
            return True
    return False


def _bracketed(node: Node) -> bool:
    """Whether what is nearest around the node lets line breaks through: brackets, call arguments, an interpolation; braces don't."""
    child, inside = node, node.parent
    while inside is not None and inside.type not in ("attribute", "body", "object_elem"):
        if inside.type in _FREE:
            return True
        before = [c.type for c in inside.children if c.end_byte <= child.start_byte]
        if before.count("(") > before.count(")"):
            return True
        child, inside = inside, inside.parent
    return False


def _index(data: bytes, node: Node) -> str | None:
    return "two legacy indexes in a row" if re.match(rb"\.\d", data[node.end_byte : node.end_byte + 2]) else None
