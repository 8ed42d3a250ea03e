"""Where an expression is read: its file, its module, and what is bound around it (``each``, dynamic iterators, ``for`` variables)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from refactor.hcl.document import Block, Document
from refactor.hcl.expressions import Expression
from refactor.project.modules import Instance, Module
from refactor.project.values import Thunk


@dataclass(frozen=True, eq=False)
class Walk:
    """A name bound to each element of a collection in turn: ``each``, or the iterator of a ``dynamic`` block."""

    collection: Expression
    scope: Scope
    where: str  # the block that binds it


Binding: TypeAlias = Walk | Thunk


@dataclass(frozen=True, eq=False)
class Scope:
    """``instance`` is set where only one way of applying the module is meant (an output read through one call)."""

    module: Module
    document: Document
    bindings: Mapping[str, Binding] = field(default_factory=dict)
    instance: Instance | None = None

    def at(self, document: Document) -> Scope:
        """The module's own level, in another of its files."""
        return Scope(self.module, document, {}, self.instance)

    def bind(self, **names: Binding) -> Scope:
        return replace(self, bindings={**self.bindings, **names})

    def inside(self, block: Block) -> Scope:
        """The scope in a resource's or module's block: ``each`` is bound where it has ``for_each``."""
        attribute = block.body.attribute("for_each")
        if attribute is None:
            return self
        where = f"{self.document.path}:{block.span.start}"
        return self.bind(each=Walk(attribute.expression, self, where))

    def inside_dynamic(self, block: Block) -> Scope:
        """The scope of ``content`` in ``dynamic "label"``: the iterator is ``label`` unless ``iterator`` names another."""
        attribute = block.body.attribute("for_each")
        if attribute is None or not block.labels:
            return self
        iterator = block.body.attribute("iterator")
        name = getattr(iterator.expression, "root", "") if iterator is not None else ""
        where = f"{self.document.path}:{block.span.start}"
        return self.bind(**{name or block.labels[0]: Walk(attribute.expression, self, where)})


def scope_of(block: Block, module: Module) -> Scope:
    """The scope in a top-level block of a module."""
    return Scope(module, block.parent.document).inside(block)
