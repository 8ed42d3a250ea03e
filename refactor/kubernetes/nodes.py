"""Kubernetes objects as they are written, in one spelling: the blocks of typed resources, the values of manifests, YAML.

A :class:`Node` is an object of the Kubernetes API; its fields have the API's names (``imagePullPolicy``), whatever the source calls them.
Every field can be asked in what ways it comes out; what the code does not determine says why. A node that is written out as a block or as
an HCL object can also be edited (:mod:`refactor.kubernetes.writing`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from refactor.edits import Span
from refactor.hcl.addresses import attribute_in, body_address, inside, join, key_path
from refactor.hcl.document import Block, Body
from refactor.hcl.expressions import Expression, Object, Tuple
from refactor.kubernetes.spelling import block_type, camel, field_of, snake
from refactor.project.choices import TooMany
from refactor.project.evaluate import Evaluator
from refactor.project.exploring import TOO_MANY, Explorer, Made
from refactor.project.project import Project
from refactor.project.scope import Scope
from refactor.project.texts import as_text
from refactor.project.values import Known, List, Map, Raw, Str, Thunk, Unknown, Value, found
from refactor.reasons import Reason

T = TypeVar("T")
_WAYS = 2_000  # in which one field may come out


class Reader:
    """Works out fields of objects; references to arguments of other Kubernetes resources count as what the code gives these."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.run = Evaluator(project, through=("kubernetes_",))
        self._explore = Explorer(self.run)

    def every(self, work: Callable[[], T | None], made: Made | None = None) -> list[tuple[T, Made]]:
        """Each result of ``work``, with what was chosen for it.

        Raises:
            TooMany: there are more than can be looked at.
        """
        return self._explore.every(work, made or {}, _WAYS)

    def values(self, thunk: Thunk, made: Made) -> list[tuple[Value, Made]]:
        """Each way in which a value comes out, YAML and JSON decoded."""

        def work() -> Value | None:
            value = found(thunk)
            return self.run.decoded(value) if isinstance(value, Raw) else value

        try:
            return self.every(work, made)
        except TooMany:
            return [(TOO_MANY, made)]


@dataclass(frozen=True, eq=False)
class Field:
    """One field: its place, and each way in which its value comes out. ``expression`` is None where it is not written as HCL."""

    reader: Reader
    scope: Scope
    address: str
    span: Span
    thunk: Thunk
    made: Made
    expression: Expression | None = None

    @cached_property
    def answers(self) -> tuple[Value, ...]:
        """Distinct values; texts and numbers first by order of appearance."""
        results: dict[object, Value] = {}
        for value, _ in self.reader.values(self.thunk, self.made):
            results.setdefault(_key(value), value)
        return tuple(results.values())

    @property
    def source(self) -> str:
        """The expression as it is written; empty where it is not HCL."""
        return self.scope.document.text(self.expression.span) if self.expression is not None else ""

    @property
    def unknown(self) -> Unknown | None:
        """Why the value, or one of its forms, is not known."""
        return next((v for v in self.answers if isinstance(v, Unknown)), None)

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text, number or boolean in which it comes out, as text; null, collections and what is not known are left out."""
        texts = (as_text(v) for v in self.answers if isinstance(v, Str | Known))
        return tuple(dict.fromkeys(t.text for t in texts if isinstance(t, Str)))

    @property
    def text(self) -> str | None:
        """The text, where there is just one."""
        return self.texts[0] if len(self.texts) == 1 and len(self.answers) == 1 else None

    @property
    def is_null(self) -> bool:
        """Whether it comes out as null alone, which is as if it was not written."""
        return bool(self.answers) and all(isinstance(v, Known) and v.value is None for v in self.answers)

    def elements(self) -> list[str | None] | None:
        """The texts of a list in its only form, None for one that is not known; None where it is no such list."""
        if len(self.answers) != 1 or not isinstance(self.answers[0], List) or not self.answers[0].complete:
            return None
        thunks = self.answers[0].entries
        return [self._below(str(i), thunks[i]).text for i in range(len(thunks))]

    def entries(self) -> dict[str, Field] | None:
        """The values of a map in its only form; None where it is no such map, or its keys are not all known."""
        expression = self.expression
        if isinstance(expression, Object) and all(i.key is not None for i in expression.items):
            return {i.key: self._written(i.key, i.value) for i in expression.items if i.key is not None}
        if len(self.answers) != 1 or not isinstance(self.answers[0], Map) or not self.answers[0].complete:
            return None
        return {key: self._below(key, thunk) for key, thunk in self.answers[0].entries.items()}

    def _written(self, key: str, value: Expression) -> Field:
        thunk = self.reader.run.thunk(value, self.scope)
        return Field(self.reader, self.scope, _under(self.address, key), value.span, thunk, self.made, value)

    def _below(self, key: str, thunk: Thunk) -> Field:
        return Field(self.reader, self.scope, _under(self.address, key), self.span, thunk, self.made)


def _key(value: Value) -> object:
    if isinstance(value, Str):
        return ("text", value.text)
    if isinstance(value, Known):
        return ("known", value.value)
    return ("unknown", value.reason, value.detail) if isinstance(value, Unknown) else id(value)


def _under(address: str, key: str) -> str:
    return f"{address}[{key}]" if key.isdecimal() else key_path(address, key)


class Node(ABC):
    """An object of the Kubernetes API. ``unknown`` says why nothing is known of it; ``repeated`` that a loop makes several of it."""

    reader: Reader
    scope: Scope
    address: str
    span: Span
    unknown: Unknown | None = None
    repeated: bool = False
    complete: bool = True

    @abstractmethod
    def names(self) -> list[str]:
        """The API names of all fields that are written."""

    @abstractmethod
    def field(self, name: str) -> Field | None:
        """A field with a plain value, a map or a list of texts."""

    @abstractmethod
    def children(self, name: str) -> Sequence[Node]:
        """The objects in a field that holds one, or a list of them."""

    def child(self, name: str) -> Node | None:
        """The object in a field."""
        return next(iter(self.children(name)), None)

    def has(self, name: str) -> bool | None:
        """Whether a field is written and not null; None where that is not known."""
        if self.unknown is not None or (not self.complete and name not in self.names()):
            return None
        plain = self.field(name)
        return name in self.names() and not (plain is not None and plain.is_null)

    def at(self, *names: str) -> Node | None:
        """The object at a path of fields."""
        node: Node | None = self
        for name in names:
            node = node.child(name) if node is not None else None
        return node

    def text(self, name: str) -> str | None:
        """The one text of a field."""
        plain = self.field(name)
        return plain.text if plain is not None else None

    def walk(self) -> Iterator[Node]:
        """This node and all below."""
        yield self
        for name in self.names():
            for inner in self.children(name):
                yield from inner.walk()


class Typed(Node):
    """The body of a block of a typed resource."""

    def __init__(self, reader: Reader, body: Body, scope: Scope, *, repeated: bool = False) -> None:
        self.reader = reader
        self.body = body
        self.scope = scope
        self.repeated = repeated
        self._top, self._path = body_address(body)
        self.address = join(self._top, self._path)
        self.span = body.block.span if body.block is not None else Span(0, 0)

    def _blocks(self) -> Iterator[tuple[str, Block, Scope, bool]]:
        """Nested blocks by type, with the scope in them; ``dynamic`` ones by what they make."""
        for block in self.body.blocks():
            if block.type == "dynamic" and block.labels:
                content = block.body.block_named("content")
                if content is not None:
                    yield block.labels[0], content, self.scope.inside_dynamic(block), True
            else:
                yield block.type, block, self.scope, False

    def names(self) -> list[str]:
        blocks = (field_of(t) for t, _, _, _ in self._blocks())
        return list(dict.fromkeys([*(camel(a.name) for a in self.body.attributes), *blocks]))

    def field(self, name: str) -> Field | None:
        attribute = self.body.attribute(snake(name))
        if attribute is None:
            return None
        thunk = self.reader.run.thunk(attribute.expression, self.scope)
        address = attribute_in(self._top, self._path, attribute.name)
        return Field(self.reader, self.scope, address, attribute.expression.span, thunk, {}, attribute.expression)

    def children(self, name: str) -> Sequence[Node]:
        wanted = block_type(name)
        return [Typed(self.reader, b.body, s, repeated=r) for t, b, s, r in self._blocks() if t == wanted]

    def has(self, name: str) -> bool | None:
        plain = self.field(name)
        if plain is not None:
            return not plain.is_null
        wanted = block_type(name)
        found = [r for t, _, _, r in self._blocks() if t == wanted]
        return bool(found) if not all(found) or not found else None


class Valued(Node):
    """A map in a manifest. ``written`` is its object expression where it stands there as one; else it comes from elsewhere."""

    def __init__(
        self,
        reader: Reader,
        scope: Scope,
        address: str,
        span: Span,
        value: Map | Unknown,
        made: Made,
        written: Object | None = None,
    ) -> None:
        self.reader = reader
        self.scope = scope
        self.address = address
        self.span = span
        self.made = made
        self.value = value
        self.written = written
        self.unknown = value if isinstance(value, Unknown) else None
        self.complete = isinstance(value, Map) and value.complete

    def names(self) -> list[str]:
        return list(self.value.entries) if isinstance(self.value, Map) else []

    def _below(self, name: str) -> Field | None:
        if not isinstance(self.value, Map) or name not in self.value.entries:
            return None
        item = self.written.get(name) if self.written is not None else None
        address = inside(self.address, name, top=False)
        span = item.value.span if item is not None else self.span
        expression = item.value if item is not None else None
        return Field(self.reader, self.scope, address, span, self.value.entries[name], self.made, expression)

    def field(self, name: str) -> Field | None:
        return self._below(name)

    def children(self, name: str) -> Sequence[Node]:
        plain = self._below(name)
        return [] if plain is None else list(nodes(plain))


def nodes(plain: Field) -> Iterator[Valued]:
    """The objects that a field holds: one, or each of a list; what is not known is a node that says so."""
    expression = plain.expression
    if isinstance(expression, Object):
        value = plain.reader.run.evaluate(expression, plain.scope)
        if isinstance(value, Map):
            yield Valued(plain.reader, plain.scope, plain.address, expression.span, value, plain.made, expression)
        return
    if isinstance(expression, Tuple):
        for i, element in enumerate(expression.elements):
            thunk = plain.reader.run.thunk(element, plain.scope)
            yield from nodes(Field(plain.reader, plain.scope, f"{plain.address}[{i}]", element.span, thunk, plain.made, element))
        return
    for value, made in plain.reader.values(plain.thunk, plain.made):
        yield from _valued(plain, value, made)


def _valued(plain: Field, value: Value, made: Made) -> Iterator[Valued]:
    if isinstance(value, Map | Unknown):
        yield Valued(plain.reader, plain.scope, plain.address, plain.span, value, made)
    elif isinstance(value, List):
        for i in range(len(value.entries)):
            below = Field(plain.reader, plain.scope, f"{plain.address}[{i}]", plain.span, value.entries[i], made)
            yield from nodes(below)
        if not value.complete:
            unknown = Unknown(Reason.COMPUTED, "elements that the code does not name")
            yield Valued(plain.reader, plain.scope, plain.address, plain.span, unknown, made)
