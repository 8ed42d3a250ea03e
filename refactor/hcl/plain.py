"""The second reading: which values differ between two versions of a file, as python-hcl2 reads them.

It shares no code with the editor, knows nothing of spans, and gives each value as Python data. Its addresses are those of
:mod:`refactor.hcl.addresses`, but it looks into no function call: ``jsonencode({...})`` is one value, whose address is coarser.
"""

from __future__ import annotations

import gc
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from hcl2 import SerializationOptions, loads
from lark.exceptions import LarkError, UnexpectedInput

from refactor.edits import Change
from refactor.hcl.addresses import attribute_in, inside, join, key_path, segment, top_level
from refactor.hcl.condensed import digested
from refactor.hcl.differences import pairs
from refactor.hcl.document import Document, Rank
from refactor.hcl.strings import decode

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]

_ONLY = Rank(0, 1, 0, 1)
_OPTIONS = SerializationOptions(with_comments=False)
_QUOTED_HEREDOC = re.compile(r'"(<<-?(\w+)\n.*?\n[ \t]*\2)"', re.DOTALL)  # as python-hcl2 writes one inside an expression
_MARK = "__is_block__"
_REFUSALS = (LarkError, RuntimeError, ValueError)
"""What python-hcl2 raises for text that it does not read: ``LarkError`` where the grammar (``UnexpectedInput``) or the transformer
(``VisitError``) gives up; ``RuntimeError`` for an attribute set twice, a heredoc that its two patterns disagree about, and nesting that
exceeds the interpreter's depth (``RecursionError``); ``ValueError`` for a number of more than 4300 digits."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """python-hcl2 cannot read the original, or reads it wrongly; with ``result``, it can read that but not what became of it."""

    detail: str
    result: bool = False


@dataclass(slots=True)
class _Body:
    attributes: dict[str, Value] = field(default_factory=dict)
    blocks: list[_Block] = field(default_factory=list)


@dataclass(slots=True)
class _Block:
    type: str
    labels: tuple[str, ...]
    body: _Body
    rank: Rank = _ONLY


def difference(before: Document, after: Document) -> list[Change] | Unreadable:
    """Every value that differs, came or went. Strings are as written between their quotes, heredocs without their markers.

    In a heredoc of more than 2,000 lines or 50 kB a digest stands for lines of which nothing changed.
    """
    texts = digested(before, after)
    old = _read(texts[0])
    if isinstance(old, str):
        return Unreadable(old)
    missing = _disagreement(old, before)
    if missing is not None:
        return Unreadable(missing)
    new = _read(texts[1])
    if isinstance(new, str):
        return Unreadable(new, result=True)
    return list(_bodies(old, new, "", ""))


def _read(data: bytes) -> _Body | str:
    """The file as values, or why not."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start}"
    try:
        with _uncollected():
            raw = loads(text, serialization_options=_OPTIONS)
    except UnexpectedInput as error:  # its own text quotes the file, which may hold secrets
        return f"line {error.line}, column {error.column}"
    except _REFUSALS as error:
        return type(error).__name__
    return _body(cast("dict[str, Value]", raw))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which looks for garbage all through a growing tree of values and more than doubles the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _disagreement(body: _Body, document: Document) -> str | None:
    """A top-level block that only one reading has: python-hcl2 can take a whole resource for a part of the heredoc before it."""
    ours = Counter((b.type, b.labels) for b in document.body.blocks())
    theirs = Counter((b.type, b.labels) for b in body.blocks)
    if ours != theirs:
        kind, labels = next(iter((ours - theirs) or (theirs - ours)))
        return f"it disagrees about the block {' '.join([kind, *labels])}"
    names = {a.name for a in document.body.attributes} ^ body.attributes.keys()
    return f"it disagrees about the attribute {min(names)}" if names else None


# --- From python-hcl2's dictionaries


def _body(raw: dict[str, Value]) -> _Body:
    body = _Body()
    for name, value in raw.items():
        if name == _MARK:
            continue
        if isinstance(value, list) and value and all(_is_block(v) for v in value):
            body.blocks += (_block(name, cast("dict[str, Value]", v)) for v in value)
        else:
            body.attributes[name] = value
    types = Counter(b.type for b in body.blocks)
    names = Counter((b.type, b.labels) for b in body.blocks)
    seen: Counter[object] = Counter()
    for block in body.blocks:
        name_of = (block.type, block.labels)
        block.rank = Rank(seen[block.type], types[block.type], seen[name_of], names[name_of])
        seen.update([block.type, name_of])
    return body


def _is_block(value: Value) -> bool:
    """A block is a dictionary with a mark, below one key for each of its labels."""
    while isinstance(value, dict) and _MARK not in value and len(value) == 1:
        value = next(iter(value.values()))
    return isinstance(value, dict) and _MARK in value


def _block(type: str, raw: dict[str, Value]) -> _Block:
    labels: list[str] = []
    while _MARK not in raw:
        ((label, inner),) = raw.items()
        labels.append(_key(label))
        raw = cast("dict[str, Value]", inner)
    return _Block(type, tuple(labels), _body(raw))


def _key(raw: str) -> str:
    """A label or a key without its quotes."""
    return decode(raw[1:-1].encode())[0] if len(raw) > 1 and raw[0] == raw[-1] == '"' else raw


def text(value: Value) -> str:
    """A value as a reader is shown it: a string without its quotes, a heredoc without its markers, anything else as HCL."""
    if not isinstance(value, str) or not value.startswith('"'):
        return _source(value)
    if not value.startswith('"<<'):
        return value[1:-1]
    _, _, content = value[1:-1].partition("\n")
    return content.rpartition("\n")[0] + "\n" if "\n" in content else ""


def _source(value: Value) -> str:
    if isinstance(value, str):
        expression = value[2:-1] if value.startswith("${") and value.endswith("}") else value
        return _QUOTED_HEREDOC.sub(r"\1", expression)
    if isinstance(value, list):
        return f"[{', '.join(map(_source, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_source(k)} = {_source(v)}" for k, v in value.items()) + " }" if value else "{}"
    return json.dumps(value)


# --- Differences


def _bodies(old: _Body, new: _Body, block: str, path: str) -> Iterator[Change]:
    """Differences of two versions of the body at ``path`` of the top-level block ``block``."""
    olds, news = old.attributes, new.attributes
    for name in {**olds, **news}:
        address = attribute_in(block, path, name)
        if name not in news:
            yield Change(address, text(olds[name]), None)
        elif name not in olds:
            yield Change(address, None, text(news[name]))
        elif not _same(olds[name], news[name]):
            yield from _values(olds[name], news[name], address, "", top=not block)
    named: dict[tuple[str, tuple[str, ...]], tuple[list[_Block], list[_Block]]] = {}
    for side, body in enumerate((old, new)):
        for each in body.blocks:
            named.setdefault((each.type, each.labels), ([], []))[side].append(each)
    for one, two in named.values():
        for i, j in pairs([_frozen(b.body) for b in one], [_frozen(b.body) for b in two]):
            if i is not None and j is not None:
                yield from _bodies(one[i].body, two[j].body, *_below(one[i], block, path))
            elif i is not None:
                yield Change(join(*_below(one[i], block, path)), _frozen(one[i].body), None)
            elif j is not None:
                yield Change(join(*_below(two[j], block, path)), None, _frozen(two[j].body))


def _below(child: _Block, block: str, path: str) -> tuple[str, str]:
    if not block:
        return top_level(child.type, child.labels, child.rank), ""
    own = segment(child.type, child.labels, child.rank)
    return block, f"{path}.{own}" if path else own


def _frozen(body: _Body) -> str:
    """A body as text, to match it with others and to show it."""
    return json.dumps(_dumped(body), ensure_ascii=False)


def _dumped(body: _Body) -> dict[str, Value]:
    dumped = dict(body.attributes)
    for block in body.blocks:
        name = " ".join([block.type, *block.labels])
        dumped[name] = [*cast("list[Value]", dumped.get(name, [])), _dumped(block.body)]
    return dumped


def _same(one: Value, two: Value) -> bool:
    """Equality that tells ``1`` from ``true``."""
    return one == two and json.dumps(one) == json.dumps(two)


def _values(one: Value, two: Value, address: str, path: str, *, top: bool) -> Iterator[Change]:
    if isinstance(one, dict) and isinstance(two, dict):
        for key in {**one, **two}:
            inner = key_path(path, _key(key))
            if key not in two:
                yield Change(inside(address, inner, top=top), text(one[key]), None)
            elif key not in one:
                yield Change(inside(address, inner, top=top), None, text(two[key]))
            elif not _same(one[key], two[key]):
                yield from _values(one[key], two[key], address, inner, top=top)
    elif isinstance(one, list) and isinstance(two, list):
        for i, j in pairs([json.dumps(v) for v in one], [json.dumps(v) for v in two]):
            if i is not None and j is not None:
                if not _same(one[i], two[j]):
                    yield from _values(one[i], two[j], address, f"{path}[{i}]", top=top)
            elif i is not None:
                yield Change(inside(address, f"{path}[{i}]", top=top), text(one[i]), None)
            elif j is not None:
                yield Change(inside(address, f"{path}[{j}]", top=top), None, text(two[j]))
    else:
        yield Change(inside(address, path, top=top), text(one), text(two))
