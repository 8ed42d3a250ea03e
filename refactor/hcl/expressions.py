"""From tree-sitter's nodes to typed views of expressions, corrected where its grammar is known to mislead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from refactor.edits import Span
from refactor.hcl.strings import decode
from refactor.hcl.views import (
    Call,
    Conditional,
    Expression,
    For,
    Interpolation,
    Item,
    Literal,
    Object,
    Other,
    Step,
    Template,
    Text,
    Traversal,
    Tuple,
)

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = [
    "Call",
    "Conditional",
    "Expression",
    "For",
    "Interpolation",
    "Item",
    "Literal",
    "Object",
    "Other",
    "Step",
    "Template",
    "Text",
    "Traversal",
    "Tuple",
    "escaped",
    "expression",
    "references",
]


def expression(data: bytes, node: Node) -> Expression:
    """The view of an ``expression`` node (or of a node that wraps one), without redundant parentheses."""
    children = [c for c in node.children if c.type != "comment"]
    if node.type != "expression":
        return _primary(data, node, Span(node.start_byte, node.end_byte))
    span = Span(node.start_byte, node.end_byte)
    if children and children[0].type == "(" and len(children) >= 3:
        inner = expression(data, children[1])
        return _with_steps(data, inner, children[3:], span, node) if len(children) > 3 else inner
    if not children:
        return Other(span, node)
    first = children[0]
    if first.type == "variable_expr":
        return _traversal(data, children, span, node)
    inner = _primary(data, first, Span(first.start_byte, first.end_byte))
    return _with_steps(data, inner, children[1:], span, node) if len(children) > 1 else inner


def _with_steps(data: bytes, base: Expression, nodes: list[Node], span: Span, node: Node) -> Expression:
    steps = _steps(data, nodes)
    return Other(span, node) if steps is None else Traversal(span, node, "", steps, base)


def _traversal(data: bytes, children: list[Node], span: Span, node: Node) -> Expression:
    steps = _steps(data, children[1:])
    if steps is None:
        return Other(span, node)
    return Traversal(span, node, _text(data, children[0]), steps)


def _steps(data: bytes, nodes: list[Node]) -> tuple[Step, ...] | None:
    """Steps of a traversal; None where the nodes are more than that."""
    steps: list[Step] = []
    for node in nodes:
        span = Span(node.start_byte, node.end_byte)
        if node.type == "get_attr":
            steps.append(Step(span, _text(data, node.children[-1])))
        elif node.type == "index":
            inner = node.children[0]
            if inner.type == "legacy_index":  # its digits have no leaf
                steps.append(Step(span, data[inner.start_byte + 1 : inner.end_byte].decode().strip()))
                continue
            index = expression(data, inner.named_children[0])
            key = index.value if isinstance(index, Literal) and isinstance(index.value, str) else None
            if isinstance(index, Template):
                key = index.literal
            steps.append(Step(span, key, index=None if key is not None else index))
        elif node.type == "splat":
            steps.append(Step(span, None, splat=True))
            inner = node.children[0]
            rest = _steps(data, [c for c in inner.children if c.type in ("get_attr", "index")])
            steps.extend(rest or ())
        else:
            return None
    return tuple(steps)


def _text(data: bytes, node: Node) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8")


def _primary(data: bytes, node: Node, span: Span) -> Expression:
    kind = node.type
    if kind == "expression":
        return expression(data, node)
    if kind == "literal_value":
        inner = node.children[0]
        if inner.type == "string_lit":
            return _quoted(data, inner, span)
        if inner.type == "numeric_lit":
            return Literal(span, node, _text(data, inner))
        if inner.type == "bool_lit":
            return Literal(span, node, _text(data, inner) == "true")
        if inner.type == "null_lit":
            return Literal(span, node, None)
    elif kind == "template_expr":
        inner = node.children[0]
        return _heredoc(data, inner, span) if inner.type == "heredoc_template" else _quoted(data, inner, span)
    elif kind == "variable_expr":
        return Traversal(span, node, _text(data, node), ())
    elif kind == "collection_value":
        inner = node.children[0]
        return _object(data, inner, span) if inner.type == "object" else _tuple(data, inner, span)
    elif kind == "function_call":
        return _call(data, node, span)
    elif kind == "conditional":
        return _conditional(data, node, span)
    elif kind == "for_expr":
        return _for(data, node, span)
    return Other(span, node)


def _parts(data: bytes, nodes: list[Node], content: Span, heredoc: bool) -> tuple[tuple[Text | Interpolation, ...], bool]:
    """Parts of a template. ``template_literal`` nodes drop blanks, so text is sliced between the interpolations instead."""
    parts: list[Text | Interpolation] = []
    at = content.start

    def text(end: int) -> None:
        if end > at:
            value, offsets = decode(data[at:end], heredoc=heredoc)
            parts.append(Text(Span(at, end), value, offsets))

    directives = False
    for node in nodes:
        if escaped(data, node):
            continue
        if node.type == "template_interpolation":
            text(node.start_byte)
            inner = next((c for c in node.named_children if c.type == "expression"), None)
            value = Other(Span(node.start_byte, node.end_byte), node) if inner is None else expression(data, inner)
            trims = any(c.type == "strip_marker" for c in node.children)
            parts.append(Interpolation(Span(node.start_byte, node.end_byte), value, trims))
            at = node.end_byte
        elif node.type == "template_directive":
            directives = True
    text(content.end)
    return tuple(parts), directives


def escaped(data: bytes, node: Node) -> bool:
    """Whether a template sequence is text to HCL: of ``$$${`` the grammar sees ``${``, and HCL's scanner ``$${``."""
    if node.type not in ("template_interpolation", "template_directive"):
        return False
    return data[node.start_byte - 1 : node.start_byte] == data[node.start_byte : node.start_byte + 1]


def _quoted(data: bytes, node: Node, span: Span) -> Template:
    content = Span(node.start_byte + 1, node.end_byte - 1)
    parts, directives = _parts(data, node.children, content, heredoc=False)
    return Template(span, node, content, False, parts, directives)


def _heredoc(data: bytes, node: Node, span: Span) -> Template:
    """Content starts on the line after the introducer and ends where the closing marker's line starts."""
    start = data.index(b"\n", node.start_byte) + 1
    end = data.rindex(b"\n", node.start_byte, node.end_byte) + 1
    content = Span(start, max(start, end))
    parts, directives = _parts(data, node.children, content, heredoc=True)
    return Template(span, node, content, True, parts, directives, flush=data[node.start_byte + 2 : node.start_byte + 3] == b"-")


def _object(data: bytes, node: Node, span: Span) -> Object:
    items: list[Item] = []
    for child in node.named_children:
        if child.type != "object_elem":
            continue
        inner = [c for c in child.children if c.type != "comment"]
        if len(inner) != 3:
            continue
        key_node, separator, value = inner
        items.append(
            Item(
                Span(child.start_byte, child.end_byte),
                _key(data, key_node),
                Span(key_node.start_byte, key_node.end_byte),
                expression(data, value),
                Span(separator.start_byte, separator.end_byte),
            )
        )
    return Object(span, node, tuple(items))


def _key(data: bytes, node: Node) -> str | None:
    """Literal key of an object item: a bare identifier, a number or a plain string. ``(x)`` is computed."""
    if node.children and node.children[0].type == "(":
        return None
    key = expression(data, node)
    if isinstance(key, Template):
        return key.literal
    if isinstance(key, Traversal) and not key.steps and key.base is None:
        return key.root
    if isinstance(key, Literal):
        return _text(data, node)
    return None


def _tuple(data: bytes, node: Node, span: Span) -> Expression:
    elements = tuple(expression(data, c) for c in node.named_children if c.type == "expression")
    return Tuple(span, node, elements)


def _call(data: bytes, node: Node, span: Span) -> Expression:
    arguments: tuple[Expression, ...] = ()
    expands = False
    opening = next((c.start_byte for c in node.children if c.type == "("), node.end_byte)
    for child in node.children:
        if child.type == "function_arguments":
            arguments = tuple(expression(data, c) for c in child.named_children if c.type == "expression")
            expands = any(c.type == "ellipsis" or c.type == "..." for c in child.children)
    return Call(span, node, data[node.start_byte : opening].decode("utf-8").strip(), arguments, expands)


def _conditional(data: bytes, node: Node, span: Span) -> Expression:
    """``a ? b : c ? d : e``, which tree-sitter groups to the left, and HCL to the right."""
    parts = _choices(node)
    if parts is None:
        return Other(span, node)
    views = [expression(data, part) for part in parts]
    result = views[-1]
    for i in range(len(views) - 3, -1, -2):
        result = Conditional(Span(views[i].span.start if i else span.start, span.end), node, views[i], views[i + 1], result)
    return result


def _choices(node: Node) -> list[Node] | None:
    """Condition, value, condition, value, ..., last value, as they stand in the source; None where the node is broken."""
    parts: list[Node] = []
    while True:
        inner = [c for c in node.named_children if c.type != "comment"]
        if len(inner) != 3:
            return None
        parts[:0] = inner[1:]
        first = inner[0]
        if len(first.children) != 1 or first.children[0].type != "conditional":  # a condition in parentheses is one by itself
            return [first, *parts]
        node = first.children[0]


def _for(data: bytes, node: Node, span: Span) -> Expression:
    inner = node.children[0]
    intro = next((c for c in inner.named_children if c.type == "for_intro"), None)
    if intro is None:
        return Other(span, node)
    variables = tuple(_text(data, c) for c in intro.named_children if c.type == "identifier")
    collection = next((c for c in intro.named_children if c.type == "expression"), None)
    bodies = [c for c in inner.named_children if c.type == "expression"]
    if collection is None or not bodies:
        return Other(span, node)
    is_object = inner.type == "for_object_expr" and len(bodies) > 1
    key = expression(data, bodies[0]) if is_object else None
    return For(span, node, variables, expression(data, collection), key, expression(data, bodies[1 if is_object else 0]))


def references(data: bytes, node: Node) -> Iterator[Traversal]:
    """Every traversal below ``node``, inner ones (index expressions) included, in source order.

    Object keys that are bare identifiers are not references.
    """
    stack = [node]
    while stack:
        current = stack.pop()
        children = current.children
        later: list[Node] = []
        i = 0
        while i < len(children):
            child = children[i]
            if child.type == "variable_expr":
                run = [child]
                while i + 1 < len(children) and children[i + 1].type in ("get_attr", "index", "splat"):
                    i += 1
                    run.append(children[i])
                    later.append(children[i])
                is_key = (
                    current.type == "expression"
                    and len(run) == 1
                    and current.parent is not None
                    and current.parent.type == "object_elem"
                    and current.parent.children[0] == current
                )
                if not is_key:
                    found = _traversal(data, run, Span(run[0].start_byte, run[-1].end_byte), current)
                    if isinstance(found, Traversal):
                        yield found
            elif child.child_count and not escaped(data, child):
                later.append(child)
            i += 1
        stack.extend(reversed(later))
