"""Where variables and outputs of modules get their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refactor.hcl.document import Block
from refactor.hcl.expressions import Literal, Traversal
from refactor.project.modules import Instance, Module, local_source
from refactor.project.types import completed
from refactor.project.values import Known, Map, Unknown, Value, Via, carried
from refactor.project.walking import follow
from refactor.reasons import Reason

if TYPE_CHECKING:
    from refactor.project.evaluate import Evaluator
    from refactor.project.scope import Scope


def variable(run: Evaluator, name: str, scope: Scope) -> Value:
    """``var.NAME`` in each way in which the module is applied."""
    block = scope.module.block("variable", name)
    if block is None:
        return Unknown(Reason.NO_VALUE, f"var.{name} is not declared")
    default = block.body.attribute("default")
    instance = scope.instance or _instance(run, scope.module)
    value = _given(run, name, instance, scope, required=default is None) if instance is not None else None
    declared = run.scope(block.parent.document, scope.module, scope.instance)
    if value is None or (_refuses_null(block) and isinstance(value, Known) and value.value is None):
        if default is None:
            return Unknown(Reason.NO_VALUE, f"var.{name} has no default")
        value = run.evaluate(default.expression, declared)
    type_ = block.body.attribute("type")
    return value if type_ is None else completed(value, type_.expression, lambda e: run.thunk(e, declared))


def _refuses_null(block: Block) -> bool:
    nullable = block.body.attribute("nullable")
    return nullable is not None and isinstance(nullable.expression, Literal) and nullable.expression.value is False


def _instance(run: Evaluator, module: Module) -> Instance | None:
    instances = module.instances
    if len(instances) < 2:
        return instances[0] if instances else None
    return instances[run.choices.number(("instance", module.directory), len(instances))]


def _given(run: Evaluator, name: str, instance: Instance, scope: Scope, *, required: bool) -> Value | None:
    """What sets the variable in an instance of its module; None where nothing does."""
    if instance.call is not None and instance.module is not None:
        argument = instance.call.body.attribute(name)
        if argument is None:
            return None
        return run.evaluate(argument.expression, run.scope_in(instance.call, instance.module, instance.outer))
    for document, values in instance.values:
        if name in values:
            return run.evaluate(values[name], run.scope(document, scope.module))
    for module, document, inputs in instance.inputs:
        found = run.evaluate(inputs, run.scope(document, module))
        if isinstance(found, Map) and name in found.entries:
            return found.entries[name]()
        if isinstance(found, Unknown) or (isinstance(found, Map) and not found.complete):
            return Unknown(Reason.COMPUTED, f"inputs of {document.path} may set var.{name}")
    hidden = instance.hidden.get(name) or instance.opaque
    if hidden:
        reason, detail = run.project.skips.get(hidden, (Reason.REPORT_ONLY, ""))
        verb = "sets" if name in instance.hidden else "may set"
        return Unknown(reason, f"{hidden} {verb} var.{name}" + (f" ({detail})" if detail else ""))
    return _from_another_file(run, name, instance, scope) if required and not instance.inputs else None


def _from_another_file(run: Evaluator, name: str, instance: Instance, scope: Scope) -> Value | None:
    """A variable without a default that this variable file does not set: another one does, given together with it."""
    others = [
        (document, values[name])
        for other in scope.module.instances
        if not other.bare and other is not instance
        for document, values in other.values
        if name in values
    ]
    if not others:
        return None
    document, expression = others[run.choices.number(("file", scope.where, name), len(others))]
    return run.evaluate(expression, run.scope(document, scope.module))


def output(run: Evaluator, name: str, traversal: Traversal, scope: Scope, at: Via) -> Value:
    """``module.NAME.OUTPUT``, worked out in the module as this one call applies it."""
    steps = traversal.steps[1:]
    call = scope.module.block("module", name)
    directory = local_source(call, scope.module.directory) if call is not None else None
    if call is None or directory is None:
        return Unknown(Reason.COMPUTED, f"module.{name} is not in this repository")
    if call.body.attribute("for_each") is not None or call.body.attribute("count") is not None:
        steps = steps[1:]
    if not steps or steps[0].key is None:
        return Unknown(Reason.COMPUTED, f"module.{name}")
    child = run.project.module(directory)
    block = child.block("output", steps[0].key)
    value = block.body.attribute("value") if block is not None else None
    if block is None or value is None:
        return Unknown(Reason.NO_VALUE, f"module.{name}.{steps[0].key}")
    instance = run.one_call(f"{call.parent.document.path}:{call.span.start} {scope.where}", scope, call)
    result = run.evaluate(value.expression, run.scope(block.parent.document, child, instance))
    return follow(run, carried(result, at), steps[1:], scope)
