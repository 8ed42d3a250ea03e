"""Typed views of HCL expressions. :func:`refactor.hcl.expressions.expression` makes them.

Every expression has the span of its source. What no view below describes is :class:`Other`, which still lists the references in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from refactor.edits import Span

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True)
class Expression:
    """An expression and the bytes it stands in."""

    span: Span
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True)
class Literal(Expression):
    """A number, a boolean or null. Numbers stay text, as written: ``1.10`` is not ``1.1``."""

    value: bool | str | None


@dataclass(frozen=True)
class Text:
    """A literal part of a template. ``offsets`` maps each character to its byte (None: one byte a character, from ``span.start``)."""

    span: Span
    text: str
    offsets: list[int] | None = field(default=None, compare=False)

    def byte(self, index: int) -> int:
        """Byte offset in the file of character ``index`` (``len(text)`` for the end)."""
        return self.span.start + (index if self.offsets is None else self.offsets[index])


@dataclass(frozen=True)
class Interpolation:
    """``${ ... }`` in a template; ``trims`` where a ``~`` eats white space beside it."""

    span: Span
    expression: Expression
    trims: bool


@dataclass(frozen=True)
class Template(Expression):
    """A quoted string or a heredoc. ``content`` is the span between the delimiters; ``directives`` where ``%{`` stands in it."""

    content: Span
    heredoc: bool
    parts: tuple[Text | Interpolation, ...]
    directives: bool = False
    flush: bool = False  # <<- removes common indentation

    @property
    def literal(self) -> str | None:
        """The text, where there are no interpolations (and no heredoc indentation to remove)."""
        if self.directives or self.flush:
            return None
        if not self.parts:
            return ""
        if len(self.parts) == 1 and isinstance(self.parts[0], Text):
            return self.parts[0].text
        return None


@dataclass(frozen=True)
class Step:
    """One step of a traversal: ``.name``, ``["key"]``, ``[0]``, ``[expression]`` or a splat.

    ``key`` is the name, key or number as text; None for a splat or an index that is no literal. ``index`` is that index.
    """

    span: Span
    key: str | None
    splat: bool = False
    index: Expression | None = None


@dataclass(frozen=True)
class Traversal(Expression):
    """``root.a["b"][0]``. ``base`` is set instead of ``root`` when the steps follow something else, such as a call."""

    root: str
    steps: tuple[Step, ...]
    base: Expression | None = None

    @property
    def path(self) -> tuple[str | None, ...]:
        return tuple(s.key for s in self.steps)


@dataclass(frozen=True)
class Call(Expression):
    """A function call; ``expands`` where the last argument is followed by ``...``."""

    name: str
    arguments: tuple[Expression, ...]
    expands: bool = False


@dataclass(frozen=True)
class Conditional(Expression):
    """``condition ? yes : no``, grouped to the right as HCL does."""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True)
class Item:
    """``key = value`` of an object. ``key`` is None where it is computed."""

    span: Span
    key: str | None
    key_span: Span
    value: Expression
    separator: Span


@dataclass(frozen=True)
class Object(Expression):
    """``{ ... }`` with items in source order."""

    items: tuple[Item, ...]

    @cached_property
    def _by_key(self) -> dict[str, Item]:
        return {i.key: i for i in self.items if i.key is not None}

    def get(self, key: str) -> Item | None:
        return self._by_key.get(key)


@dataclass(frozen=True)
class Tuple(Expression):
    """``[ ... ]`` with elements in source order."""

    elements: tuple[Expression, ...]


@dataclass(frozen=True)
class For(Expression):
    """``[for k, v in collection : body if cond]`` or its object form (then ``key`` is set)."""

    variables: tuple[str, ...]
    collection: Expression
    key: Expression | None
    body: Expression


@dataclass(frozen=True)
class Other(Expression):
    """An operation or anything else that has no view of its own."""
