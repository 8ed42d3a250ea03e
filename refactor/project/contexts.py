"""Where in its attribute an expression stands: the way from the attribute down to it, and what each step makes of its value."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from refactor.hcl.document import Attribute, Block, Document
from refactor.hcl.expressions import Call, Conditional, Expression, For, Interpolation, Object, Step, Template, Traversal, Tuple

Pattern: TypeAlias = tuple[str | None, ...]
"""Keys that lead to a text in a value; None stands for any one key."""


class Role(Enum):
    """What a part is to the expression around it."""

    ENTRY = auto()  # a value of an object, an element of a tuple
    NAME = auto()  # a key of an object, an index, a condition: it decides, and is not passed on
    PART = auto()  # of a template
    ARGUMENT = auto()
    BRANCH = auto()
    COLLECTION = auto()  # of a for expression
    BODY = auto()  # of a for expression
    BASE = auto()  # what steps follow


@dataclass(frozen=True, slots=True)
class Frame:
    """An expression, and the role of the part that leads on. ``key`` is the key or the number of that part."""

    around: Expression
    role: Role
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The way to an expression, the innermost frame last. ``inner`` is what was found there."""

    attribute: Attribute
    frames: tuple[Frame, ...]
    inner: Expression


def context_at(document: Document, offset: int) -> Context | None:
    """The innermost expression at an offset, with the way to it; None where no attribute is."""
    body = document.body
    while True:
        items = body.items
        at = bisect_right(items, offset, key=lambda i: i.node.start_byte) - 1
        if at < 0 or offset >= items[at].node.end_byte:
            return None
        item = items[at]
        if isinstance(item, Block):
            body = item.body
            continue
        frames: list[Frame] = []
        current = item.expression
        while (found := _part(current, offset)) is not None:
            frame, current = found
            frames.append(frame)
        return Context(item, tuple(frames), current)


def _holds(expression: Expression, offset: int) -> bool:
    return expression.span.start <= offset < expression.span.end


def _part(around: Expression, offset: int) -> tuple[Frame, Expression] | None:
    """The part of an expression that holds the offset."""
    if isinstance(around, Object):
        at = bisect_right(around.items, offset, key=lambda i: i.span.start) - 1
        if at >= 0 and _holds(around.items[at].value, offset):
            return Frame(around, Role.ENTRY, around.items[at].key), around.items[at].value
        return None
    if isinstance(around, Tuple):
        at = bisect_right(around.elements, offset, key=lambda e: e.span.start) - 1
        if at >= 0 and _holds(around.elements[at], offset):
            return Frame(around, Role.ENTRY, str(at)), around.elements[at]
        return None
    for role, key, part in _parts(around):
        if _holds(part, offset):
            return Frame(around, role, key), part
    return None


def _parts(around: Expression) -> Iterator[tuple[Role, str | None, Expression]]:
    match around:
        case Template():
            yield from ((Role.PART, None, p.expression) for p in around.parts if isinstance(p, Interpolation))
        case Call():
            yield from ((Role.ARGUMENT, str(i), a) for i, a in enumerate(around.arguments))
        case Conditional():
            yield Role.NAME, None, around.condition
            yield Role.BRANCH, None, around.yes
            yield Role.BRANCH, None, around.no
        case For():
            yield Role.COLLECTION, None, around.collection
            yield Role.BODY, None, around.body
            if around.key is not None:
                yield Role.NAME, None, around.key
        case Traversal():
            if around.base is not None:
                yield Role.BASE, None, around.base
            yield from ((Role.NAME, None, s.index) for s in around.steps if s.index is not None)


def consumed(steps: Sequence[Step], keys: Pattern) -> Pattern | None:
    """The keys that are left behind steps; None where the steps lead elsewhere."""
    for i, step in enumerate(steps):
        if not keys:
            return None
        if step.splat:
            rest = consumed(steps[i + 1 :], keys[1:])
            return None if rest is None else (None, *rest)
        if step.key is not None and keys[0] is not None and step.key != keys[0]:
            return None
        keys = keys[1:]
    return keys


def matches(pattern: Pattern, keys: Sequence[str | None]) -> bool:
    """Whether a pattern may be these keys."""
    return len(pattern) == len(keys) and all(a is None or b is None or a == b for a, b in zip(pattern, keys, strict=True))


_ALIKE = frozenset(
    "tostring tomap tolist sensitive nonsensitive jsonencode yamlencode jsondecode yamldecode coalesce try merge coalescelist".split()
)
_TEXT = frozenset("format lower trimspace chomp".split())
_COUNTED = frozenset("keys length".split())


def through(call: Call, argument: int, keys: Pattern) -> list[Pattern] | None:
    """Where in a function's result a text of an argument is; empty where it is not in it, None where that is not known."""
    name = call.name
    if name in _ALIKE:
        return [keys]
    if name in _TEXT or (name == "join" and argument == 0):
        return [()] if not keys else None
    if name == "join":
        return [()] if len(keys) == 1 else None
    if name in _COUNTED:
        return [] if keys else None
    if name == "can":
        return []
    if name in ("toset", "concat", "setunion", "values", "compact", "distinct") and keys:
        return [(None, *keys[1:])]
    if name == "flatten" and keys:
        return [(None, *keys[i:]) for i in range(1, len(keys) + 1)]
    if name in ("element", "one") and argument == 0 and keys:
        return [keys[1:]]
    if name == "lookup" and argument != 1:
        return [keys] if argument else _looked_up(call, keys)
    return None


def _looked_up(call: Call, keys: Pattern) -> list[Pattern] | None:
    if not keys or len(call.arguments) < 2:
        return None
    key = call.arguments[1].literal if isinstance(call.arguments[1], Template) else None
    return [] if key is not None and keys[0] is not None and key != keys[0] else [keys[1:]]


def is_only_tested(document: Document, offset: int, keys: Pattern) -> bool:
    """Whether an operation only asks whether a value is null or empty, or how many entries it has."""
    node = document.root.descendant_for_byte_range(offset, offset + 1)
    while node is not None and node.type != "binary_operation":
        if node.type == "function_call" and keys and (node.text or b"").startswith((b"length(", b"keys(", b"can(")):
            return True
        node = node.parent
    if node is None:
        return False
    sides = {c.text for c in node.children if c.type == "literal_value"}
    return any(c.type in ("==", "!=") for c in node.children) and bool(sides & {b"null", b'""'})
