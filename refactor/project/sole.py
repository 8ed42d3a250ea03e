"""The one literal that determines a value which nothing else reads: where a number can be changed for one reader alone.

Texts are traced piece by piece (:mod:`refactor.project.flow`); a number is not cut up, so the way is short: from the place where it is
read, through locals, variables and module arguments, to the literal. At each step the reader that we come from must be the only one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from refactor.hcl.document import Block, Document
from refactor.hcl.expressions import Expression, Literal, Object, Template, Traversal
from refactor.project.choices import Absent, Choices
from refactor.project.contexts import consumed
from refactor.project.evaluate import Evaluator
from refactor.project.modules import Instance
from refactor.project.references import References
from refactor.project.scope import Scope
from refactor.project.values import Map, Unknown
from refactor.reasons import Reason

_HOPS = 20
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sole:
    """A number, or a text in quotes, that stands in ``document``."""

    document: Document
    expression: Literal | Template


class SoleLiterals:
    """Looks for them; references of a module are collected once."""

    def __init__(self, run: Evaluator) -> None:
        self.run = run
        self.project = run.project
        self._names = References(run)

    def of(self, expression: Expression, scope: Scope) -> Sole | Unknown:
        """The literal behind an expression, or why there is no such one."""
        keys: Keys = ()
        for _ in range(_HOPS):
            if isinstance(expression, Literal) and isinstance(expression.value, str) and not keys:
                return Sole(scope.document, expression)
            if isinstance(expression, Template) and expression.literal is not None and not expression.heredoc and not keys:
                return Sole(scope.document, expression)
            if isinstance(expression, Object) and keys:
                item = expression.get(keys[0])
                if item is None:
                    return self._none(scope, expression)
                expression, keys = item.value, keys[1:]
                continue
            step = self._step(expression, scope, keys)
            if isinstance(step, Unknown):
                return step
            expression, scope, keys = step
        return self._none(scope, expression)

    def _none(self, scope: Scope, expression: Expression) -> Unknown:
        text = " ".join(scope.document.text(expression.span).split())
        return Unknown(Reason.NOT_LITERAL, f"{self._place(scope.document, expression)}: {text if len(text) <= 60 else text[:57] + '...'}")

    def _place(self, document: Document, expression: Expression) -> str:
        return f"{document.path}:{document.lines.line(expression.span.start)}"

    def _step(self, expression: Expression, scope: Scope, keys: Keys) -> tuple[Expression, Scope, Keys] | Unknown:
        """What a reference leads to, if nothing else does."""
        if not isinstance(expression, Traversal) or expression.base is not None or expression.root not in ("local", "var"):
            return self._none(scope, expression)
        named = [s.key for s in expression.steps]
        if not named or None in named or scope.shift is not None:
            return self._none(scope, expression)
        name, *rest = (n for n in named if n is not None)
        keys = (*rest, *keys)
        other = self._other_reader(expression, scope, name, keys)
        if other:
            return Unknown(Reason.READ_ELSEWHERE, other)
        if expression.root == "local":
            attribute = scope.module.local(name)
            if attribute is None:
                return self._none(scope, expression)
            return attribute.expression, self.run.scope(attribute.body.document, scope.module, scope.instance), keys
        found = self._given(name, scope)
        return found if isinstance(found, Unknown) else (*found, keys)

    def _other_reader(self, expression: Traversal, scope: Scope, name: str, keys: Keys) -> str:
        """Place of another reference to the value; empty if there is none."""
        directory = scope.module.directory
        hidden = self._names.unreadable(directory, expression.root, name)
        if hidden is not None:
            return hidden
        for document, reference in self._names.in_module(directory, expression.root, name, keys[0] if keys else None):
            here = document.path == scope.document.path and reference.span.start == expression.span.start
            if not here and (not keys or consumed(reference.steps[1:], keys) is not None):
                return self._place(document, reference)
        return ""

    def _given(self, name: str, scope: Scope) -> tuple[Expression, Scope] | Unknown:
        """The one expression that sets a variable, in whatever way the module is applied."""
        block = scope.module.block("variable", name)
        if block is None:
            return Unknown(Reason.NO_VALUE, f"var.{name} is not declared")
        instances: list[Instance | None] = [scope.instance] if scope.instance is not None else [*scope.module.instances]
        found: dict[tuple[str, int], tuple[Expression, Scope]] = {}
        for instance in instances or [None]:
            given = self._in_instance(name, block, instance, scope)
            if isinstance(given, Unknown):
                return given
            expression, inner = given
            found[inner.document.path, expression.span.start] = given
        if len(found) > 1:
            places = ", ".join(sorted(self._place(s.document, e) for e, s in found.values()))
            return Unknown(Reason.NOT_LITERAL, f"var.{name} is set in {len(found)} places: {places}")
        return next(iter(found.values()))

    def _in_instance(self, name: str, block: Block, instance: Instance | None, scope: Scope) -> tuple[Expression, Scope] | Unknown:
        if instance is not None:
            for given in self._sources(name, instance, scope):
                return given
        default = block.body.attribute("default")
        if default is None:
            return Unknown(Reason.NO_VALUE, f"var.{name} has no default")
        return default.expression, self.run.scope(block.parent.document, scope.module)

    def _sources(self, name: str, instance: Instance, scope: Scope) -> Iterator[tuple[Expression, Scope] | Unknown]:
        """What sets a variable in one instance of its module, the strongest first."""
        if instance.call is not None and instance.module is not None:
            argument = instance.call.body.attribute(name)
            if argument is not None:
                yield argument.expression, self.run.scope_in(instance.call, instance.module, instance.outer)
            return
        for document, values in instance.values:
            if name in values:
                others = self._names.modules_of(document.path, inputs=False) - {scope.module.directory}
                if others:
                    yield Unknown(Reason.READ_ELSEWHERE, f"{document.path} is for {', '.join(sorted(others))} too")
                yield values[name], self.run.scope(document, scope.module)
        self.run.choices = Choices({})
        for module, document, inputs in instance.inputs:
            try:
                value = self.run.evaluate(inputs, self.run.scope(document, module))
            except Absent:
                value = Unknown(Reason.COMPUTED)
            if not isinstance(value, Map) or name in value.entries or not value.complete:
                yield Unknown(Reason.NOT_LITERAL, f"inputs of {document.path} set var.{name}, or may")
        hidden = instance.hidden.get(name) or instance.opaque
        if hidden:
            reason, _ = self.project.skips.get(hidden, (Reason.REPORT_ONLY, ""))
            yield Unknown(reason, f"{hidden} sets var.{name}, or may")
