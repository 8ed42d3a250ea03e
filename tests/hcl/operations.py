"""Random operations on HCL files, each with what it must leave behind: the harness of the property tests."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from refactor.edits import Edit, apply
from refactor.hcl.document import Attribute, Block, Body, Document
from refactor.hcl.expressions import Object, Tuple, expression
from refactor.hcl.insert import (
    insert_attribute,
    insert_block,
    insert_element,
    remove,
    remove_element,
    remove_elements,
    remove_key,
    remove_keys,
    set_key,
)
from refactor.hcl.layout import aligned
from refactor.hcl.placing import one_line

VALUES = (
    '"x"',
    "1",
    "true",
    "var.some_rather_long_name",
    "[]",
    "{}",
    '["a", "b"]',
    '{ a = 1, "b.c/d" = "2" }',
    '{\n  a    = 1\n  long = {\n    b = "${var.c}"\n  }\n}',
    '[\n  "a",\n  {\n    b = 1\n  },\n]',
    "merge(local.a, {\n  b = 1\n})",
    "<<-EOT\n  text ${var.a}\n    more\nEOT",
    "<<EOT\ntext\n  more\nEOT",
    "jsonencode([{\n  a = 1\n}])",
)
BLOCKS = (
    "zz_lifecycle {\n  prevent_destroy = true\n}",
    "zz_probe {}",
    'zz_probe {\n  path = "/"\n\n  http_get {\n    port        = 80\n    longer_name = "x"\n  }\n}',
    'dynamic "zz" {\n  for_each = var.a\n  content {\n    value = zz.value\n  }\n}',
    "# why\nzz_probe {\n  text = <<EOT\nline\nEOT\n}",
)
NAMES = ("zz", "zz_a_very_long_attribute_name_indeed", "z-z")
KEYS = ("zz", "zz.example.com/name", "zz_a_very_long_key_that_moves_the_signs", "for", "größe")


@dataclass(frozen=True)
class Site:
    """Where an operation works: the n-th of its kind in the file, so that it can be found again in a variant of it."""

    kind: str
    index: int


@dataclass(frozen=True)
class Operation:
    """One operation: ``edits`` on a document (``None`` where it does not apply), and ``undo`` on the result, for what was put in."""

    name: str
    site: Site
    edits: Callable[[Document], list[Edit]]
    undo: Callable[[Document], list[Edit]] | None = None


def bodies(document: Document) -> list[Body]:
    """All bodies, outer ones first."""
    result: list[Body] = []
    todo = [document.body]
    while todo:
        body = todo.pop()
        result.append(body)
        todo.extend(b.body for b in reversed(list(body.blocks())))
    return result


def _nodes(document: Document, kind: str) -> list[Node]:
    found: list[Node] = []
    todo = [document.root]
    while todo:
        node = todo.pop()
        if node.type == "collection_value" and node.children[0].type == kind:
            found.append(node)
        todo.extend(reversed(node.children))
    return found


def objects(document: Document) -> list[Object]:
    """All object expressions, in source order."""
    views = (expression(document.data, n) for n in _nodes(document, "object"))
    return [v for v in views if isinstance(v, Object)]


def tuples(document: Document) -> list[Tuple]:
    """All tuple expressions, in source order."""
    views = (expression(document.data, n) for n in _nodes(document, "tuple"))
    return [v for v in views if isinstance(v, Tuple)]


def operations(document: Document, rng: random.Random) -> Iterator[Operation]:
    """Endless random operations on a document."""
    body_count, object_list, tuple_list = len(bodies(document)), objects(document), tuples(document)
    makers = [_insert_attribute, _insert_block]
    while True:
        choice = rng.randrange(8)
        if choice < 2:
            yield makers[choice](document, rng.randrange(body_count), rng)
        elif choice == 2:
            operation = _remove(document, rng.randrange(body_count), rng)
            if operation is not None:
                yield operation
        elif choice in (3, 4, 5) and object_list:
            index = rng.randrange(len(object_list))
            yield _set_key(document.data, object_list[index], index, rng) if choice != 5 else _remove_key(object_list[index], index, rng)
        elif choice > 5 and tuple_list:
            index = rng.randrange(len(tuple_list))
            found = (
                _insert_element(document.data, tuple_list[index], index, rng)
                if choice == 6
                else _remove_element(tuple_list[index], index, rng)
            )
            if found is not None:
                yield found


def _insert_attribute(document: Document, index: int, rng: random.Random) -> Operation:
    body = bodies(document)[index]
    value = rng.choice(VALUES)
    name = next(n for n in (*rng.sample(NAMES, len(NAMES)), *(f"zz{i}" for i in range(99))) if body.attribute(n) is None)
    after = rng.choice([None, *(a.name for a in body.attributes)])

    def undo(changed: Document) -> list[Edit]:
        attribute = bodies(changed)[index].attribute(name)
        assert attribute is not None
        return remove(attribute)

    return Operation(
        f"insert_attribute {name} = {value!r} after {after}",
        Site("body", index),
        lambda d: insert_attribute(bodies(d)[index], name, value, after=after),
        undo if _returns(body) and not (value.startswith("<<") and not document.data.endswith(b"\n")) else None,
    )


def _insert_block(document: Document, index: int, rng: random.Random) -> Operation:
    text = rng.choice(BLOCKS)
    document_body = bodies(document)[index]
    items = len(document_body.items)
    after = rng.choice([None, *range(items)])
    kind = next(line for line in text.split("\n") if not line.startswith("#")).split()[0]

    def edits(d: Document) -> list[Edit]:
        body = bodies(d)[index]
        return insert_block(body, text, after=None if after is None else body.items[after])

    def undo(changed: Document) -> list[Edit]:
        body = bodies(changed)[index]
        old = bodies(document)[index]
        at = next((i for i, (a, b) in enumerate(zip(body.items, old.items, strict=False)) if _name(a) != _name(b)), len(old.items))
        added = body.items[at]
        assert isinstance(added, Block)
        assert added.type == kind
        return remove(added)

    parted = edits(document)[-1].text.endswith(b"\n")  # from the item below too, of which the removal can't know
    exact = _returns(document_body) and not parted and not text.startswith("#")
    return Operation(f"insert_block {text!r} after {after}", Site("body", index), edits, undo if exact else None)


def _returns(body: Body) -> bool:
    """Whether taking an item out again gives the same bytes: not in a block that is opened up, nor beside a gap that no one would leave."""
    if body.block is None:
        return True
    data = body.document.data
    if not body.items:
        return one_line(body.block)
    opening, _ = body.block.braces
    return not one_line(body.block) and not re.match(rb"\{[^\n]*\n[ \t\r]*\n", data[opening:])


def _name(item: Attribute | Block) -> tuple[str, ...]:
    return (item.name,) if isinstance(item, Attribute) else (item.type, *item.labels, "")


def _remove(document: Document, index: int, rng: random.Random) -> Operation | None:
    items = len(bodies(document)[index].items)
    if not items:
        return None
    which = rng.randrange(items)
    return Operation(f"remove item {which}", Site("body", index), lambda d: remove(bodies(d)[index].items[which]))


def _set_key(data: bytes, container: Object, index: int, rng: random.Random) -> Operation:
    value = rng.choice(VALUES)
    keys = [i.key for i in container.items if i.key is not None]
    after = rng.choice([None, *keys])
    key = next(k for k in (*rng.sample(KEYS, len(KEYS)), *(f"zz{i}" for i in range(99))) if k not in keys)
    if keys and rng.random() < 0.2:
        return Operation(
            f"set_key {keys[0]} = {value!r}", Site("object", index), lambda d: set_key(d, objects(d)[index], keys[0] or "", value)
        )
    return Operation(
        f"set_key {key} = {value!r} after {after}",
        Site("object", index),
        lambda d: set_key(d, objects(d)[index], key, value, after=after),
        (lambda d: remove_key(d, objects(d)[index], key)) if not _opens(data, container, value) else None,
    )


def _opens(data: bytes, container: Object | Tuple, value: str) -> bool:
    """Whether the members get lines of their own, or stood around an empty line."""
    inside = data[container.span.start + 1 : container.span.end - 1]
    members = container.items if isinstance(container, Object) else container.elements
    if not members:
        return b"\n" in inside
    if value.startswith("<<"):
        return True  # it has no comma to give back
    return "\n" in value and b"\n" not in inside


def _remove_key(container: Object, index: int, rng: random.Random) -> Operation:
    keys = [i.key for i in container.items if i.key is not None]
    if rng.random() < 0.3:
        some = rng.sample(keys, rng.randint(0, len(keys)))
        return Operation(f"remove_keys {some}", Site("object", index), lambda d: remove_keys(d, objects(d)[index], some))
    key = rng.choice([*keys, "not there"])
    return Operation(f"remove_key {key}", Site("object", index), lambda d: remove_key(d, objects(d)[index], key))


def _insert_element(data: bytes, sequence: Tuple, index: int, rng: random.Random) -> Operation:
    value = rng.choice(VALUES)
    at = rng.choice([None, *range(len(sequence.elements))])

    def edits(d: Document) -> list[Edit]:
        found = tuples(d)[index]
        return insert_element(d, found, value, after=None if at is None else found.elements[at])

    def undo(d: Document) -> list[Edit]:
        found = tuples(d)[index]
        return remove_element(d, found, found.elements[len(found.elements) - 1 if at is None else at + 1])

    return Operation(f"insert_element {value!r} after {at}", Site("tuple", index), edits, None if _opens(data, sequence, value) else undo)


def _remove_element(sequence: Tuple, index: int, rng: random.Random) -> Operation | None:
    if not sequence.elements:
        return None
    which = rng.randrange(len(sequence.elements))
    some = rng.sample(range(len(sequence.elements)), rng.randint(1, len(sequence.elements)))
    if rng.random() < 0.3:
        return Operation(
            f"remove_elements {some}",
            Site("tuple", index),
            lambda d: remove_elements(d, found := tuples(d)[index], [found.elements[i] for i in some]),
        )

    def edits(d: Document) -> list[Edit]:
        found = tuples(d)[index]
        return remove_element(d, found, found.elements[which])

    return Operation(f"remove_element {which}", Site("tuple", index), edits)


def run(document: Document, edits: list[Edit]) -> bytes:
    """The document's bytes after edits, with their layout."""
    return apply(document.data, aligned(document, edits))
