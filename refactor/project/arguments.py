"""References to another resource's arguments: ``kubernetes_namespace.web.metadata[0].name`` is what the code gives it as a name.

That holds for arguments that are set, which providers may not change (Terraform, "Resource Instance Change Lifecycle": a planned value
must be the configured one where that is known). What is not set is the provider's to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refactor.hcl.document import Block, Body
from refactor.hcl.expressions import Step, Traversal
from refactor.project.scope import Fixed
from refactor.project.texts import as_text, made
from refactor.project.values import List, Map, Str, Unknown, Value, Via, always, carried
from refactor.project.walking import follow
from refactor.reasons import Reason

if TYPE_CHECKING:
    from refactor.project.evaluate import Evaluator
    from refactor.project.scope import Scope


def of_resource(run: Evaluator, traversal: Traversal, scope: Scope, at: Via) -> Value:
    """The argument that ``TYPE.NAME.path`` names, where the resource is declared in this module and sets it."""
    elsewhere = Unknown(Reason.MANAGED_ELSEWHERE, scope.document.text(traversal.span))
    name, *steps = traversal.steps
    resource = scope.module.block("resource", traversal.root, name.key) if name.key is not None else None
    if resource is None:
        return elsewhere
    inner: Scope | None = run.scope_in(resource, scope.module, scope.instance)
    if resource.body.attribute("for_each") is not None:
        inner = _instance(run, resource, steps.pop(0), scope) if steps else None
    elif resource.body.attribute("count") is not None and steps:
        steps.pop(0)
    body, rest = _within(resource.body, steps)
    attribute = body.attribute(rest[0].key) if body is not None and rest and rest[0].key is not None else None
    if attribute is None or inner is None:
        return elsewhere
    return follow(run, carried(run.evaluate(attribute.expression, inner), at), tuple(rest[1:]), scope)


def _instance(run: Evaluator, resource: Block, index: Step, scope: Scope) -> Scope | None:
    """The scope in the one instance of a ``for_each`` that an index names; None where that is not known."""
    walked = resource.body.attribute("for_each")
    key = index.key if index.key is not None or index.index is None else _text(run.evaluate(index.index, scope))
    if walked is None or key is None:
        return None
    outer = run.scope(resource.parent.document, scope.module, scope.instance)
    collection = run.evaluate(walked.expression, outer)
    if isinstance(collection, Map) and key in collection.entries:
        return outer.bind(each=Fixed(key, collection.entries[key]))
    return outer.bind(each=Fixed(key, always(made(key)))) if isinstance(collection, List) and collection.is_set else None


def _text(value: Value) -> str | None:
    text = as_text(value)
    return text.text if isinstance(text, Str) else None


def _within(body: Body, steps: list[Step]) -> tuple[Body | None, list[Step]]:
    """Through nested blocks: ``metadata[0]``, ``spec.0``."""
    while steps and steps[0].key is not None and body.attribute(steps[0].key) is None:
        blocks = list(body.blocks(steps[0].key))
        number = int(steps[1].key) if len(steps) > 1 and steps[1].key is not None and steps[1].key.isdigit() else None
        if number is not None and number < len(blocks):
            body, steps = blocks[number].body, steps[2:]
        elif number is None and len(blocks) == 1:
            body, steps = blocks[0].body, steps[1:]
        else:
            return None, steps
    return body, steps
