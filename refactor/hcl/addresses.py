"""Addresses of values, and the values in which two versions of a file differ.

An address is ``<block> / <path>``: ``kubernetes_deployment.api / spec.template.spec.container[0].image``, ``var.tag / default``,
``local.apps / web.image``. A top-level attribute (``.tfvars``, Terragrunt) is its path alone. Blocks that usually repeat carry an index, as
do all of a type of which there are several. ``jsonencode``, ``yamlencode`` and the like are looked through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

from refactor.edits import Change
from refactor.hcl.document import Attribute, Block, Body, Document
from refactor.hcl.expressions import Call, Expression, Object, Template, Tuple
from refactor.hcl.strings import is_identifier

REPEATED = frozenset(
    "container init_container ephemeral_container env env_from port volume volume_mount toleration set set_list set_sensitive rule".split()
)
TRANSPARENT = frozenset("jsonencode yamlencode tomap tolist toset tostring sensitive nonsensitive".split())
_T = TypeVar("_T", Block, Expression)
_PREFIX = {"resource": "", "data": "data.", "module": "module.", "variable": "var.", "output": "output.", "provider": "provider."}


def block_address(block: Block) -> str:
    """Address of a top-level block: ``type.name`` for a resource, ``var.name`` for a variable, ..."""
    if block.type in _PREFIX:
        return _PREFIX[block.type] + ".".join(block.labels)
    return ".".join((block.type, *block.labels))


def key_path(path: str, key: str) -> str:
    """``path`` with one more object key or attribute name."""
    if not is_identifier(key):
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key


def _segment(block: Block, siblings: Sequence[Block], labels: bool = True) -> str:
    name = block.type
    same = [b for b in siblings if b.type == block.type]
    if block.type == "dynamic" or (block.labels and labels):
        name += "".join(f'["{label}"]' for label in block.labels)
        same = [b for b in same if b.labels == block.labels]
        return name if len(same) == 1 else f"{name}[{same.index(block)}]"
    return name if len(same) == 1 and block.type not in REPEATED else f"{name}[{same.index(block)}]"


def _join(prefix: str, path: str) -> str:
    return f"{prefix} / {path}" if prefix and path else prefix or path


def body_address(body: Body) -> tuple[str, str]:
    """The block part and the path part of the address of what stands in ``body``."""
    segments: list[str] = []
    block = body.block
    while block is not None and block.parent.block is not None:
        segments.append(_segment(block, list(block.parent.blocks())))
        block = block.parent.block
    return (_top(block) if block is not None else ""), ".".join(reversed(segments))


def _top(block: Block) -> str:
    if block.type == "locals":
        return "local"
    address = block_address(block)
    same = [b for b in block.parent.blocks(block.type) if b.labels == block.labels]
    return address if len(same) == 1 else f"{address}[{same.index(block)}]"


def attribute_address(attribute: Attribute) -> str:
    """Full address of an attribute."""
    head, path = body_address(attribute.body)
    if head == "local":
        return f"local.{attribute.name}"
    return _join(head, key_path(path, attribute.name))


def address_at(document: Document, offset: int) -> str:
    """Address of the innermost value that holds ``offset``, or of the body that does."""
    body = document.body
    while True:
        item = next((i for i in body.items if i.span.start <= offset < i.span.end), None)
        if item is None:
            return _join(*body_address(body))
        if isinstance(item, Block):
            body = item.body
            continue
        address = attribute_address(item)
        base = address if item.body.block is None or " / " in address else address + " / "
        path = _path_at(item.expression, offset, "")
        return address if not path else _glue(base, path)


def _glue(base: str, path: str) -> str:
    return base + path if base.endswith(" / ") or path.startswith("[") else f"{base}.{path}"


def _path_at(expression: Expression, offset: int, path: str) -> str:
    if isinstance(expression, Object):
        for item in expression.items:
            if item.span.start <= offset < item.span.end and item.key is not None:
                return _path_at(item.value, offset, key_path(path, item.key))
    elif isinstance(expression, Tuple):
        for i, element in enumerate(expression.elements):
            if element.span.start <= offset < element.span.end:
                return _path_at(element, offset, f"{path}[{i}]")
    elif isinstance(expression, Call) and expression.name in TRANSPARENT and len(expression.arguments) == 1:
        return _path_at(expression.arguments[0], offset, path)
    return path


def differences(before: Document, after: Document) -> list[Change]:
    """Values in which two versions of a file differ, by address; what fmt changes is no difference."""
    return list(_bodies(before.body, after.body))


def _bodies(old: Body, new: Body) -> Iterator[Change]:
    olds = {a.name: a for a in old.attributes}
    news = {a.name: a for a in new.attributes}
    for name, attribute in olds.items():
        address = attribute_address(attribute)
        if name not in news:
            yield Change(address, _source(old.document, attribute.expression), None)
        elif _source(old.document, attribute.expression) != _source(new.document, news[name].expression):
            base = address if " / " in address or old.block is None else address + " / "
            yield from _values(old.document, attribute.expression, new.document, news[name].expression, base)
    for name, attribute in news.items():
        if name not in olds:
            yield Change(attribute_address(attribute), None, _source(new.document, attribute.expression))
    kinds = {(b.type, b.labels) for b in (*old.blocks(), *new.blocks())}
    for kind in sorted(kinds):
        one = [b for b in old.blocks(kind[0]) if b.labels == kind[1]]
        two = [b for b in new.blocks(kind[0]) if b.labels == kind[1]]
        for a, b in _pairs(one, two, old.document, new.document):
            if a is not None and b is not None:
                if old.document.text(a.span) != new.document.text(b.span):
                    yield from _bodies(a.body, b.body)
            elif a is not None:
                yield Change(_join(*body_address(a.body)), old.document.text(a.span), None)
            elif b is not None:
                yield Change(_join(*body_address(b.body)), None, new.document.text(b.span))


def _source(document: Document, expression: Expression) -> str:
    return document.text(expression.span)


def _pairs(one: list[_T], two: list[_T], old: Document, new: Document) -> Iterator[tuple[_T | None, _T | None]]:
    """Siblings matched with siblings: by position where none came or went, else by text."""
    if len(one) == len(two):
        yield from zip(one, two, strict=True)
        return
    texts = [old.text(x.span) for x in one], [new.text(x.span) for x in two]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        common = min(i2 - i1, j2 - j1)
        yield from zip(one[i1 : i1 + common], two[j1 : j1 + common], strict=True)
        yield from ((x, None) for x in one[i1 + common : i2])
        yield from ((None, x) for x in two[j1 + common : j2])


def _values(old: Document, a: Expression, new: Document, b: Expression, base: str, path: str = "") -> Iterator[Change]:
    if isinstance(a, Object) and isinstance(b, Object) and all(i.key is not None for i in (*a.items, *b.items)):
        for item in a.items:
            other = b.get(item.key or "")
            inner = key_path(path, item.key or "")
            if other is None:
                yield Change(_glue(base, inner), _source(old, item.value), None)
            elif _source(old, item.value) != _source(new, other.value):
                yield from _values(old, item.value, new, other.value, base, inner)
        for item in b.items:
            if a.get(item.key or "") is None:
                yield Change(_glue(base, key_path(path, item.key or "")), None, _source(new, item.value))
    elif isinstance(a, Tuple) and isinstance(b, Tuple):
        for x, y in _pairs(list(a.elements), list(b.elements), old, new):
            at = a.elements.index(x) if x is not None else b.elements.index(y) if y is not None else 0
            if x is not None and y is not None:
                if _source(old, x) != _source(new, y):
                    yield from _values(old, x, new, y, base, f"{path}[{at}]")
            else:
                yield Change(
                    _glue(base, f"{path}[{at}]"), _source(old, x) if x is not None else None, _source(new, y) if y is not None else None
                )
    elif (
        isinstance(a, Call)
        and isinstance(b, Call)
        and a.name == b.name
        and a.name in TRANSPARENT
        and len(a.arguments) == len(b.arguments) == 1
    ):
        yield from _values(old, a.arguments[0], new, b.arguments[0], base, path)
    else:
        yield Change(_glue(base, path) if path else base.removesuffix(" / "), plain(old, a), plain(new, b))


def plain(document: Document, expression: Expression) -> str:
    """A plain string's text; the source of anything else."""
    if isinstance(expression, Template) and expression.literal is not None:
        return expression.literal
    return _source(document, expression)


def covers(declared: str, address: str) -> bool:
    """Whether ``address`` is ``declared`` or lies below it."""
    if not address.startswith(declared):
        return False
    rest = address[len(declared) :]
    return not rest or rest[0] in ".[" or rest.startswith(" / ") or declared.endswith(" / ")
