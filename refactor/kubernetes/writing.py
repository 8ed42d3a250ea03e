"""Putting fields into a Kubernetes object, in the form in which it is written: as blocks and attributes, or as keys of an HCL object.

A tree has the API's names (``{"livenessProbe": {"httpGet": {"path": "/", "port": "http"}}}``); its leaves are texts, numbers and booleans,
and :class:`Source` for an expression that is copied as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from refactor.codemod import FileEdits
from refactor.edits import Change, Edit, Span
from refactor.hcl.addresses import attribute_in, body_address, inside, join, segment
from refactor.hcl.document import Attribute, Block, Body, Document, Rank
from refactor.hcl.expressions import Expression, Object
from refactor.hcl.insert import insert_attribute, insert_block, set_key
from refactor.hcl.members import set_keys
from refactor.hcl.placing import indentation, line_start
from refactor.hcl.strings import is_identifier, quote
from refactor.kubernetes.nodes import Field, Node, Typed, Valued
from refactor.kubernetes.spelling import block_type, is_list, is_map, snake
from refactor.reasons import Reason


@dataclass(frozen=True, slots=True)
class Source:
    """An expression, as written: what is copied from elsewhere in the module."""

    text: str


def copied(document: Document, expression: Expression) -> Source:
    """An expression as it is written, at indentation zero and with ``\\n`` line ends, as :func:`put` takes it."""
    return Source(verbatim(document, expression.span))


def verbatim(document: Document, span: Span) -> str:
    """A part of a document, likewise."""
    text = document.text(span).replace("\r\n", "\n")
    start = line_start(document.data, span.start)
    margin = indentation(document, start).decode()
    return "\n".join(line.removeprefix(margin) for line in text.split("\n"))


Leaf: TypeAlias = str | int | bool | Source
Tree: TypeAlias = "Leaf | Mapping[str, Tree] | Sequence[Tree]"


@dataclass(frozen=True, slots=True)
class NotWritable:
    """Why a field cannot be put there."""

    reason: Reason
    detail: str


def put(node: Node, name: str, tree: Tree, *, after: Sequence[str] = ()) -> FileEdits | NotWritable:
    """Add a field that the node does not have: behind the last of the fields ``after`` that it has, else where its like stand.

    ``name`` is the API's name. An object in a list is given as a list of one. A leaf also takes the place of a ``null``.
    """
    there = node.field(name)
    if there is not None:
        if there.source == "null" and isinstance(tree, str | int | bool | Source):
            return reset(node, name, tree)
        return _written_already(there)
    if isinstance(node, Typed):
        return _in_body(node, name, tree, after)
    if isinstance(node, Valued) and node.written is not None:
        return _in_object(node, node.written, name, tree, after)
    return NotWritable(Reason.NOT_LITERAL, f"{node.address} is not written out there")


def put_blocks(node: Node, trees: Mapping[str, Mapping[str, Tree]]) -> FileEdits | NotWritable:
    """Add several fields that hold an object each, in this order, one below the other."""
    there = next((plain for name in trees if (plain := node.field(name)) is not None), None)
    if there is not None:
        return _written_already(there)
    if isinstance(node, Typed):
        return _blocks_in_body(node, trees)
    if isinstance(node, Valued) and node.written is not None:
        document, written = node.scope.document, node.written
        style = _Style.of(document, written)
        texts = {name: "\n".join(_value_lines(tree, style)) for name, tree in trees.items()}
        changes = tuple(Change(inside(node.address, name, top=False), None, text) for name, text in texts.items())
        return FileEdits(document.path, tuple(set_keys(document, [(written, name, text) for name, text in texts.items()])), changes)
    return NotWritable(Reason.NOT_LITERAL, f"{node.address} is not written out there")


def reset(node: Node, name: str, value: Leaf) -> FileEdits | NotWritable:
    """Give a field that is written out in the node another value."""
    plain = node.field(name)
    if plain is None or plain.expression is None or not isinstance(node, Typed | Valued):
        return NotWritable(Reason.NOT_LITERAL, f"{node.address} has no {name} that is written out there")
    document = plain.scope.document
    before = None if plain.source == "null" else plain.source  # null is as if nothing was written
    after = leaf(value)
    return FileEdits(document.path, (Edit(*plain.expression.span, after.encode()),), (Change(plain.address, before, after),))


def _written_already(there: Field) -> NotWritable:
    return NotWritable(Reason.NOT_LITERAL, f"{there.address} is written already ({there.source or 'elsewhere'}), and comes out as null")


# Blocks


def _in_body(node: Typed, name: str, tree: Tree, after: Sequence[str]) -> FileEdits:
    body = node.body
    document = body.document
    top, path = body_address(body)
    if _is_attribute(name, tree):
        text = attribute_text(tree)
        anchor = _last(body, after)
        edits = insert_attribute(body, snake(name), text, after=anchor.name if isinstance(anchor, Attribute) else None)
        return FileEdits(document.path, tuple(edits), (Change(attribute_in(top, path, snake(name)), None, text),))
    text = "\n".join(blocks_text(name, tree))
    kind = block_type(name)
    edits = insert_block(body, text, after=_last(body, after))
    there = sum(1 for _ in body.blocks(kind))
    step = segment(kind, (), Rank(there, there + 1, there, there + 1))
    address = join(top, f"{path}.{step}" if path else step)
    return FileEdits(document.path, tuple(edits), (Change(address, None, text),))


def _blocks_in_body(node: Typed, trees: Mapping[str, Mapping[str, Tree]]) -> FileEdits:
    body = node.body
    top, path = body_address(body)
    texts = {name: "\n".join(blocks_text(name, tree)) for name, tree in trees.items()}
    steps = {name: segment(block_type(name), (), Rank(0, 1, 0, 1)) for name in trees}
    changes = tuple(Change(join(top, f"{path}.{steps[name]}" if path else steps[name]), None, text) for name, text in texts.items())
    apart = body.document.newline * 2
    spaced = any(edit.text.startswith(apart) for edit in insert_block(body, next(iter(texts.values()))))
    edits = insert_block(body, ("\n\n" if spaced else "\n").join(texts.values()))
    return FileEdits(body.document.path, tuple(edits), changes)


def _last(body: Body, names: Sequence[str]) -> Attribute | Block | None:
    """The last item of a body that is one of these fields."""
    wanted = {form for name in names for form in (snake(name), block_type(name))}

    def is_one(item: Attribute | Block) -> bool:
        if isinstance(item, Attribute):
            return item.name in wanted
        return (item.labels[0] if item.type == "dynamic" and item.labels else item.type) in wanted

    return next((item for item in reversed(body.items) if is_one(item)), None)


def _is_attribute(name: str, tree: Tree) -> bool:
    if isinstance(tree, Mapping):
        return is_map(name)
    if isinstance(tree, str | int | bool | Source):
        return True
    return not is_list(name)


def blocks_text(name: str, tree: Tree) -> list[str]:
    """Lines of the blocks that a field's object, or list of objects, is written as; columns are not set."""
    elements = tree if isinstance(tree, Sequence) and not isinstance(tree, str) else (tree,)
    lines: list[str] = []
    for element in elements:
        if not isinstance(element, Mapping):
            raise TypeError(f"{name} is made of objects")
        lines.append(f"{block_type(name)} {{")
        for key, value in element.items():
            lines += _indented(_item(key, value))
        lines.append("}")
    return lines


def _item(name: str, tree: Tree) -> list[str]:
    if _is_attribute(name, tree):
        return f"{snake(name)} = {attribute_text(tree)}".split("\n")
    return blocks_text(name, tree)


def attribute_text(tree: Tree) -> str:
    """The value of an attribute: a leaf, a map of strings, a list of leaves."""
    if isinstance(tree, Mapping):
        keys = [k if is_identifier(k) else quote(k) for k in tree]
        width = max((len(k) for k in keys), default=0)
        entries = (f"  {k.ljust(width)} = {leaf(v)}\n" for k, v in zip(keys, tree.values(), strict=True))
        return "{\n" + "".join(entries) + "}"
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return "[" + ", ".join(leaf(v) for v in tree) + "]"
    return leaf(tree)


def leaf(value: Tree) -> str:
    """A text, number, boolean or copied expression as HCL.

    Raises:
        TypeError: it is a map or a list.
    """
    if isinstance(value, Source):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quote(value)
    raise TypeError("a leaf is wanted")


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" if line else line for line in lines]


# Objects


@dataclass(frozen=True, slots=True)
class _Style:
    """How an object writes its items."""

    sign: str
    quoted: bool

    @classmethod
    def of(cls, document: Document, written: Object) -> _Style:
        signs = [document.data[i.separator.start : i.separator.end] for i in written.items]
        keys = [document.data[i.key_span.start : i.key_span.start + 1] for i in written.items]
        return cls(" = " if signs.count(b"=") * 2 >= len(signs) else " : ", keys.count(b'"') * 2 > len(keys))

    def key(self, name: str) -> str:
        return quote(name) if self.quoted or not is_identifier(name) else name


def _in_object(node: Valued, written: Object, name: str, tree: Tree, after: Sequence[str]) -> FileEdits:
    document = node.scope.document
    text = "\n".join(_value_lines(tree, _Style.of(document, written)))
    anchors = [i.key for i in written.items if i.key in after]
    edits = set_key(document, written, name, text, after=anchors[-1] if anchors else None)
    return FileEdits(document.path, tuple(edits), (Change(inside(node.address, name, top=False), None, text),))


def _value_lines(tree: Tree, style: _Style) -> list[str]:
    if isinstance(tree, Mapping):
        lines = ["{"]
        for key, value in tree.items():
            first, *rest = _value_lines(value, style)
            lines += _indented([f"{style.key(key)}{style.sign}{first}", *rest])
        return [*lines, "}"]
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        if any(isinstance(v, Mapping) for v in tree):
            lines = ["["]
            for value in tree:
                inner = _value_lines(value, style)
                lines += _indented([*inner[:-1], f"{inner[-1]},"])
            return [*lines, "]"]
        return ["[" + ", ".join(leaf(v) for v in tree) + "]"]
    return leaf(tree).split("\n")


__all__ = ["NotWritable", "Source", "Tree", "attribute_text", "blocks_text", "copied", "leaf", "put", "put_blocks", "reset", "verbatim"]
