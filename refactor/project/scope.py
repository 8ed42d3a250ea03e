"""Where an expression is read: its file, its module, and what is bound around it (``each``, dynamic iterators, ``for`` variables)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from refactor.hcl.document import Block, Document
from refactor.hcl.expressions import Expression, Traversal
from refactor.project.modules import Instance, Module
from refactor.project.values import Thunk


@dataclass(frozen=True, eq=False)
class Walk:
    """A name bound to each element of a collection in turn: ``each``, or the iterator of a ``dynamic`` block.

    ``where`` is the block that binds it.
    """

    collection: Expression
    scope: Scope
    where: str
    is_dynamic: bool = False


@dataclass(frozen=True, eq=False)
class Fixed:
    """An iterator at one element."""

    key: str
    value: Thunk


Binding: TypeAlias = Walk | Fixed | Thunk


@dataclass(frozen=True, eq=False)
class Scope:
    """``instance`` is set where only one way of applying the module is meant (an output read through one call).

    ``shift`` is set in a template file, each of whose interpolations is read as a document of its own: what is added to an offset in that
    to get the file's.
    """

    module: Module
    document: Document
    bindings: Mapping[str, Binding] = field(default_factory=dict)
    instance: Instance | None = None
    shift: int | None = None

    @property
    def where(self) -> str:
        """What tells this way of applying the module from others."""
        return self.module.directory if self.instance is None else f"{self.module.directory} {self.instance.name}"

    def bind(self, **names: Binding) -> Scope:
        return replace(self, bindings={**self.bindings, **names})

    def inside(self, block: Block) -> Scope:
        """The scope in a resource's or module's block: ``each`` is bound where it has ``for_each``."""
        attribute = block.body.attribute("for_each")
        if attribute is None:
            return self
        return self.bind(each=Walk(attribute.expression, self, f"{self.document.path}:{block.span.start}"))

    def inside_dynamic(self, block: Block) -> Scope:
        """The scope of ``content`` in ``dynamic "label"``."""
        attribute = block.body.attribute("for_each")
        if attribute is None or not block.labels:
            return self
        where = f"{self.document.path}:{block.span.start}"
        return self.bind(**{iterator_of(block): Walk(attribute.expression, self, where, is_dynamic=True)})


def iterator_of(block: Block) -> str:
    """The name that a block binds to each element: ``each``; in ``dynamic "label"`` the label, unless ``iterator`` names another."""
    if block.type != "dynamic":
        return "each"
    iterator = block.body.attribute("iterator")
    name = iterator.expression.root if iterator is not None and isinstance(iterator.expression, Traversal) else ""
    return name or (block.labels[0] if block.labels else "")
