"""A Terraform file: its bytes, and a concrete tree that is made when first needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

from refactor.edits import LineIndex, Span
from refactor.hcl.expressions import Expression, Template, expression

LANGUAGE = Language(tree_sitter_hcl.language())
_parser = Parser(LANGUAGE)
BOM = b"\xef\xbb\xbf"


class Attribute:
    """``name = expression`` in a body."""

    __slots__ = ("_expression", "body", "name", "node")

    def __init__(self, body: Body, node: Node) -> None:
        self.body = body
        self.node = node
        name = node.children[0]
        self.name = body.document.data[name.start_byte : name.end_byte].decode("utf-8")
        self._expression: Expression | None = None

    @property
    def span(self) -> Span:
        return Span(self.node.start_byte, self.node.end_byte)

    @property
    def expression(self) -> Expression:
        if self._expression is None:
            self._expression = expression(self.body.document.data, self.node.named_children[-1])
        return self._expression


class Block:
    """``type "label" { ... }``. ``parent`` is the body it stands in."""

    __slots__ = ("_body", "labels", "node", "parent", "type")

    def __init__(self, parent: Body, node: Node) -> None:
        self.parent = parent
        self.node = node
        data = parent.document.data
        self._body: Body | None = None
        labels: list[str] = []
        self.type = ""
        for child in node.children:
            kind = child.type
            if kind == "identifier":
                text = data[child.start_byte : child.end_byte].decode("utf-8")
                if self.type:
                    labels.append(text)
                else:
                    self.type = text
            elif kind == "string_lit":
                labels.append(_label(data, child))
            elif kind == "block_start":
                break
        self.labels = tuple(labels)

    @property
    def span(self) -> Span:
        return Span(self.node.start_byte, self.node.end_byte)

    @property
    def braces(self) -> tuple[int, int]:
        """Offsets of ``{`` and ``}``."""
        opening = closing = self.node.start_byte
        for child in self.node.children:
            if child.type == "block_start":
                opening = child.start_byte
            elif child.type == "block_end":
                closing = child.start_byte
        return opening, closing

    @property
    def body(self) -> Body:
        if self._body is None:
            inner = next((c for c in self.node.children if c.type == "body"), None)
            self._body = Body(self.parent.document, inner, self)
        return self._body


def _label(data: bytes, node: Node) -> str:
    label = expression(data, node) if node.type == "expression" else None
    if isinstance(label, Template) and label.literal is not None:
        return label.literal
    return data[node.start_byte + 1 : node.end_byte - 1].decode("utf-8")


class Rank(NamedTuple):
    """Which block a block is of those of its type in its body, and of those that have its labels too; from 0, and how many there are."""

    of_type: int
    types: int
    of_name: int
    names: int


class Body:
    """Attributes and blocks between braces, or of a whole file (``block`` is None)."""

    __slots__ = ("_items", "_ranks", "block", "document", "node")

    def __init__(self, document: Document, node: Node | None, block: Block | None) -> None:
        self.document = document
        self.node = node
        self.block = block
        self._items: list[Attribute | Block] | None = None
        self._ranks: dict[int, Rank] | None = None

    @property
    def items(self) -> list[Attribute | Block]:
        """In source order."""
        if self._items is None:
            items: list[Attribute | Block] = []
            for child in self.node.named_children if self.node is not None else ():
                if child.type == "attribute":
                    items.append(Attribute(self, child))
                elif child.type == "block":
                    items.append(Block(self, child))
            self._items = items
        return self._items

    @property
    def attributes(self) -> Iterator[Attribute]:
        return (i for i in self.items if isinstance(i, Attribute))

    def attribute(self, name: str) -> Attribute | None:
        return next((a for a in self.attributes if a.name == name), None)

    def blocks(self, type: str | None = None) -> Iterator[Block]:
        return (i for i in self.items if isinstance(i, Block) and (type is None or i.type == type))

    def rank(self, block: Block) -> Rank:
        """The place of one of this body's blocks among its like."""
        if self._ranks is None:
            types: Counter[str] = Counter()
            names: Counter[tuple[str, tuple[str, ...]]] = Counter()
            found: list[tuple[Block, int, int]] = []
            for each in self.blocks():
                name = (each.type, each.labels)
                found.append((each, types[each.type], names[name]))
                types[each.type] += 1
                names[name] += 1
            self._ranks = {id(b): Rank(i, types[b.type], j, names[b.type, b.labels]) for b, i, j in found}
        return self._ranks[id(block)]

    def block_named(self, type: str) -> Block | None:
        """The first nested block of a type."""
        return next(self.blocks(type), None)


class Document:
    """One file. ``path`` is relative to the repository; ``data`` is what the file holds, unchanged."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data

    @cached_property
    def root(self) -> Node:
        return _parser.parse(self.data).root_node

    @cached_property
    def error(self) -> int | None:
        """Byte offset of the first thing that tree-sitter could not read, or None."""
        if not self.root.has_error:
            return None
        node = self.root
        while True:
            bad = next((c for c in node.children if c.has_error or c.is_missing or c.is_error), None)
            if bad is None or bad.is_error or bad.is_missing:
                return (bad or node).start_byte
            node = bad

    @cached_property
    def body(self) -> Body:
        return Body(self, next((c for c in self.root.named_children if c.type == "body"), None), None)

    @cached_property
    def lines(self) -> LineIndex:
        return LineIndex(self.data)

    @cached_property
    def newline(self) -> bytes:
        """The line end that most lines of the file have."""
        crlf = self.data.count(b"\r\n")
        return b"\r\n" if crlf * 2 > self.data.count(b"\n") else b"\n"

    def text(self, span: Span) -> str:
        return self.data[span.start : span.end].decode("utf-8")
