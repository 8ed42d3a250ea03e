"""Edits of what stands in brackets: the keys of ``{ ... }`` and the elements of ``[ ... ]``, in the style of their neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from refactor.edits import Edit, Span, apply, compose
from refactor.hcl.brackets import Members, put
from refactor.hcl.document import Document
from refactor.hcl.expressions import Expression, Item, Object, Template, Tuple
from refactor.hcl.expressions import expression as view_of
from refactor.hcl.strings import is_identifier, quote

_RESERVED = frozenset(["for", "null", "true", "false"])


def replace(expression: Expression, text: str, *, document: Document | None = None) -> list[Edit]:
    """Put other source in an expression's place. Text of several lines needs the document, whose indentation and line ends it takes.

    Raises:
        ValueError: several lines, and no document.
    """
    if "\n" in text and document is None:
        raise ValueError("text of several lines is placed in a document")
    return [Edit(*expression.span, text.encode()) if document is None else put(document, expression.span, text)]


def set_key(document: Document, container: Object, key: str, value: str, *, after: str | None = None) -> list[Edit]:
    """Set ``key`` of an object to ``value`` (source text): in place, or as a new item in the style of the object."""
    item = container.get(key)
    if item is not None:
        return _members(document, container).reset(container.items.index(item), item.value.span, value)
    items = container.items
    sign = " = " if _equals_style(document.data, items) else " : "
    anchor = container.get(after) if after is not None else None
    index = items.index(anchor) if anchor is not None else len(items) - 1
    return _members(document, container).insert(index, _written_key(document.data, items, key) + sign + value)


def set_keys(document: Document, wanted: Iterable[tuple[Object, str, str]]) -> list[Edit]:
    """Set keys of objects (container, key, value) together, which also works for several of one object, and for objects in objects."""
    current = document
    stages: list[list[Edit]] = []
    for container, key, value in sorted(wanted, key=lambda each: -each[0].span.start):  # so that edits are behind the brackets to come
        view: Object | Tuple = container
        if stages:
            current = Document(document.path, apply(current.data, stages[-1]))
            view = _found(current, container)
        if isinstance(view, Object):
            stages.append(set_key(current, view, key, value))
    return compose(len(document.data), stages)


def remove_key(document: Document, container: Object, key: str) -> list[Edit]:
    """Take ``key`` out of ``{ ... }``; nothing if it is not there."""
    item = container.get(key)
    return [] if item is None else _members(document, container).remove(container.items.index(item))


def insert_element(document: Document, sequence: Tuple, value: str, *, after: Expression | None = None) -> list[Edit]:
    """Add an element to ``[ ... ]``: after ``after``, else at the end, in the style of the others."""
    index = len(sequence.elements) - 1 if after is None else _index(sequence, after)
    return _members(document, sequence).insert(index, value)


def remove_element(document: Document, sequence: Tuple, element: Expression) -> list[Edit]:
    """Take one element out of ``[ ... ]`` with the comma that parts it from its neighbour."""
    return _members(document, sequence).remove(_index(sequence, element))


def remove_elements(document: Document, sequence: Tuple, elements: Iterable[Expression]) -> list[Edit]:
    """Take several elements out of ``[ ... ]`` together, which also works for neighbours."""
    return _out(document, sequence, [_index(sequence, e) for e in elements])


def remove_keys(document: Document, container: Object, keys: Iterable[str]) -> list[Edit]:
    """Take several keys out of ``{ ... }`` together, which also works for neighbours; those that are not there are not missed."""
    found = (container.get(key) for key in keys)
    return _out(document, container, [container.items.index(item) for item in found if item is not None])


def _out(document: Document, container: Object | Tuple, indexes: Iterable[int]) -> list[Edit]:
    """One removal after the other, the last member first, as one list of edits."""
    current, view = document, container
    stages: list[list[Edit]] = []
    for i in sorted(set(indexes), reverse=True):
        if stages:
            current = Document(document.path, apply(current.data, stages[-1]))
            view = _found(current, container)
        stages.append(_members(current, view).remove(i))
    return compose(len(document.data), stages)


def _found(document: Document, container: Object | Tuple) -> Object | Tuple:
    """The same container in a document that differs only behind its opening bracket."""
    node = document.root.descendant_for_byte_range(container.span.start, container.span.start + 1)
    while node is not None and node.type != "collection_value":
        node = node.parent
    view = view_of(document.data, node) if node is not None else None
    if not isinstance(view, Object | Tuple):
        raise ValueError(f"no brackets at byte {container.span.start} any more")
    return view


def _index(sequence: Tuple, element: Expression) -> int:
    return next(i for i, e in enumerate(sequence.elements) if e.span == element.span)


def _written_key(data: bytes, items: Sequence[Item], key: str) -> str:
    if not is_identifier(key) or key in _RESERVED:
        return quote(key)
    # Of keys in quotes, those that need them are no sign of how the others are written.
    quoted = sum(data[i.key_span.start : i.key_span.start + 1] == b'"' and i.key is not None and is_identifier(i.key) for i in items)
    plain = sum(data[i.key_span.start : i.key_span.start + 1] != b'"' and i.key is not None for i in items)
    return quote(key) if quoted > plain else key


def _equals_style(data: bytes, items: Sequence[Item]) -> bool:
    signs = [data[i.separator.start : i.separator.end] for i in items]
    return signs.count(b"=") * 2 >= len(signs)


def _members(document: Document, container: Object | Tuple) -> Members:
    if isinstance(container, Object):
        heredocs = [_is_heredoc(i.value) for i in container.items]
        return Members(document, container.span, [i.span for i in container.items], heredocs, needs_commas=False)
    heredocs = [_is_heredoc(e) for e in container.elements]
    nodes = [c for c in container.node.named_children if c.type == "expression"]  # with the parentheses that an element may have
    return Members(document, container.span, [Span(n.start_byte, n.end_byte) for n in nodes], heredocs, needs_commas=True)


def _is_heredoc(expression: Expression) -> bool:
    return isinstance(expression, Template) and expression.heredoc
