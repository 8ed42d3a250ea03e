"""Values that are known here, and that something outside of the code may set otherwise: a caller of the module, a variable file."""

from __future__ import annotations

from refactor.hcl.document import Document
from refactor.hcl.expressions import Expression, references
from refactor.kubernetes.nodes import Field
from refactor.project.scope import Scope, Walk

_DEPTH = 20  # references that are followed one after the other


def is_open(plain: Field | None) -> bool:
    """Whether a variable takes part in a value, which callers and variable files outside of the repository may set."""
    return plain is not None and plain.expression is not None and _has_variable(plain.scope.document, plain.expression, plain.scope)


def _has_variable(document: Document, expression: Expression, scope: Scope, depth: int = 0) -> bool:
    if depth > _DEPTH:
        return True
    for reference in references(document.data, expression.node):
        local = scope.module.local(reference.steps[0].key or "") if reference.root == "local" and reference.steps else None
        walk = scope.bindings.get(reference.root)
        if reference.root == "var":
            return True
        if local is not None and _has_variable(local.body.document, local.expression, scope, depth + 1):
            return True
        if isinstance(walk, Walk) and _has_variable(walk.scope.document, walk.collection, walk.scope, depth + 1):
            return True
    return False
