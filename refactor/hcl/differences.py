"""The values in which two versions of an HCL file differ, by address; what fmt changes is no difference."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher

from refactor.edits import Change
from refactor.hcl.addresses import TRANSPARENT, attribute_address, body_address, inside, join, key_path
from refactor.hcl.document import Block, Body, Document
from refactor.hcl.expressions import Call, Expression, Object, Template, Tuple


def differences(before: Document, after: Document) -> list[Change]:
    """Every value that differs, came or went, by the address that it had in ``before``, or has in ``after`` where it is new."""
    return list(_bodies(before.body, after.body))


def pairs(one: Sequence[Hashable], two: Sequence[Hashable]) -> Iterator[tuple[int | None, int | None]]:
    """Positions of siblings matched with siblings: by position where none came or went, else by equality; None where one has no match."""
    if len(one) == len(two):
        yield from ((i, i) for i in range(len(one)))
        return
    shared = min(len(one), len(two))
    head = next((i for i in range(shared) if one[i] != two[i]), shared)
    tail = next((i for i in range(shared - head) if one[-1 - i] != two[-1 - i]), shared - head)
    yield from ((i, i) for i in range(head))
    left, right = one[head : len(one) - tail], two[head : len(two) - tail]
    for _, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        common = min(i2 - i1, j2 - j1)
        yield from ((head + i1 + k, head + j1 + k) for k in range(common))
        yield from ((head + i, None) for i in range(i1 + common, i2))
        yield from ((None, head + j) for j in range(j1 + common, j2))
    yield from ((len(one) - tail + k, len(two) - tail + k) for k in range(tail))


def _bodies(old: Body, new: Body) -> Iterator[Change]:
    olds = {a.name: a for a in old.attributes}
    news = {a.name: a for a in new.attributes}
    for name, attribute in olds.items():
        was = _source(old.document, attribute.expression)
        if name not in news:
            yield Change(attribute_address(attribute), plain(old.document, attribute.expression), None)
        elif was != _source(new.document, news[name].expression):
            values = _Values(old.document, new.document, attribute_address(attribute), top=old.block is None)
            yield from values.compare(attribute.expression, news[name].expression, "")
    for name, attribute in news.items():
        if name not in olds:
            yield Change(attribute_address(attribute), None, plain(new.document, attribute.expression))
    yield from _blocks(old, new)


def _blocks(old: Body, new: Body) -> Iterator[Change]:
    named: dict[tuple[str, tuple[str, ...]], tuple[list[Block], list[Block]]] = {}
    for side, body in enumerate((old, new)):
        for block in body.blocks():
            named.setdefault((block.type, block.labels), ([], []))[side].append(block)
    for one, two in named.values():
        texts = [_bytes(b) for b in one], [_bytes(b) for b in two]
        for i, j in pairs(*texts):
            if i is not None and j is not None:
                if texts[0][i] != texts[1][j]:
                    yield from _bodies(one[i].body, two[j].body)
            elif i is not None:
                yield Change(join(*body_address(one[i].body)), texts[0][i].decode(), None)
            elif j is not None:
                yield Change(join(*body_address(two[j].body)), None, texts[1][j].decode())


def _bytes(block: Block) -> bytes:
    return block.parent.document.data[block.span.start : block.span.end]


def _source(document: Document, expression: Expression) -> str:
    return document.text(expression.span)


class _Values:
    """Comparison of the two values of one attribute."""

    def __init__(self, old: Document, new: Document, address: str, *, top: bool) -> None:
        self.old = old
        self.new = new
        self.address = address
        self.top = top

    def _at(self, path: str) -> str:
        return inside(self.address, path, top=self.top)

    def compare(self, one: Expression, two: Expression, path: str) -> Iterator[Change]:
        if isinstance(one, Object) and isinstance(two, Object) and all(i.key is not None for i in (*one.items, *two.items)):
            yield from self._objects(one, two, path)
        elif isinstance(one, Tuple) and isinstance(two, Tuple):
            yield from self._tuples(one, two, path)
        elif (
            isinstance(one, Call)
            and isinstance(two, Call)
            and one.name == two.name
            and one.name in TRANSPARENT
            and len(one.arguments) == len(two.arguments) == 1
        ):
            yield from self.compare(one.arguments[0], two.arguments[0], path)
        else:
            yield Change(self._at(path), plain(self.old, one), plain(self.new, two))

    def _objects(self, one: Object, two: Object, path: str) -> Iterator[Change]:
        olds = {item.key or "": item.value for item in one.items}
        news = {item.key or "": item.value for item in two.items}
        for key, value in olds.items():
            inner = key_path(path, key)
            if key not in news:
                yield Change(self._at(inner), plain(self.old, value), None)
            elif _source(self.old, value) != _source(self.new, news[key]):
                yield from self.compare(value, news[key], inner)
        for key, value in news.items():
            if key not in olds:
                yield Change(self._at(key_path(path, key)), None, plain(self.new, value))

    def _tuples(self, one: Tuple, two: Tuple, path: str) -> Iterator[Change]:
        olds, news = [_source(self.old, e) for e in one.elements], [_source(self.new, e) for e in two.elements]
        for i, j in pairs(olds, news):
            if i is not None and j is not None:
                if olds[i] != news[j]:
                    yield from self.compare(one.elements[i], two.elements[j], f"{path}[{i}]")
            elif i is not None:
                yield Change(self._at(f"{path}[{i}]"), plain(self.old, one.elements[i]), None)
            elif j is not None:
                yield Change(self._at(f"{path}[{j}]"), None, plain(self.new, two.elements[j]))


def plain(document: Document, expression: Expression) -> str:
    """A string's text without quotes or heredoc markers, as written where it holds interpolations; the source of anything else."""
    if isinstance(expression, Template):
        return expression.literal if expression.literal is not None else document.text(expression.content)
    return _source(document, expression)
