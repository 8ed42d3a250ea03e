"""Working out expressions as far as the code alone determines them (Terraform language, "Expressions")."""

from __future__ import annotations

from dataclasses import dataclass

from refactor.edits import Edit, Span
from refactor.hcl.document import Document
from refactor.hcl.expressions import (
    Call,
    Conditional,
    Expression,
    For,
    Interpolation,
    Literal,
    Object,
    Step,
    Template,
    Text,
    Traversal,
    Tuple,
)
from refactor.hcl.strings import escape
from refactor.project.choices import Choices
from refactor.project.functions import FUNCTIONS
from refactor.project.modules import Instance, Module, local_source
from refactor.project.project import Project
from refactor.project.scope import Scope, Walk, scope_of
from refactor.project.values import Carrier, Known, List, Map, Raw, Slice, Str, Thunk, Unknown, Value, carried, find
from refactor.reasons import Reason

_NOWHERE = Span(0, 0)
_DEPTH = 80  # nested look-ups; more is a cycle, which Terraform refuses


class Absent(Exception):
    """In this combination of choices the thing does not exist: ``for_each`` walks nothing."""


@dataclass(frozen=True, slots=True)
class HclText:
    """A literal part of an HCL string as a :class:`refactor.project.values.Source`."""

    path: str
    part: Text

    @property
    def span(self) -> Span:
        return self.part.span

    def byte(self, index: int) -> int:
        return self.part.byte(index)

    def put(self, start: int, end: int, text: str) -> list[Edit] | None:
        return [Edit(self.byte(start), self.byte(end), escape(text).encode())]


@dataclass(frozen=True, slots=True)
class Made:
    """Text that stands in no file: a map's key, a directory, a number."""

    path: str = ""
    span: Span = _NOWHERE

    def byte(self, index: int) -> int:
        return index

    def put(self, start: int, end: int, text: str) -> list[Edit] | None:
        del start, end, text
        return None


def made(text: str) -> Str:
    return Str((Slice(Made(), 0, len(text), text),))


class Evaluator:
    """Evaluates expressions of a project under the current :class:`Choices`."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.choices = Choices({})
        self._depth = 0
        self._maps: dict[tuple[int, int], tuple[Expression, Scope, Value]] = {}

    def evaluate(self, expression: Expression, scope: Scope) -> Value:
        """The value of an expression.

        Raises:
            Absent: a collection that is walked is empty in this combination of choices.
        """
        if isinstance(expression, Literal):
            return Known(expression.value)
        if self._depth > _DEPTH:
            return Unknown(Reason.COMPUTED, "values that refer to one another without end")
        self._depth += 1
        try:
            return self._evaluate(expression, scope)
        finally:
            self._depth -= 1

    def _evaluate(self, expression: Expression, scope: Scope) -> Value:
        match expression:
            case Template():
                return self._template(expression, scope)
            case Traversal():
                return self._traversal(expression, scope)
            case Object() | Tuple():
                return self._collection(expression, scope)
            case Conditional():
                # The same condition gives the same answer wherever it stands in the module.
                key = ("condition", scope.module.directory, scope.document.text(expression.condition.span))
                return self.evaluate(expression.yes if self.choices.pick(key, 2) == 0 else expression.no, scope)
            case Call():
                function = FUNCTIONS.get(expression.name)
                if function is None:
                    return Unknown(Reason.COMPUTED, f"{expression.name}()")
                return function(self, expression, scope)
            case For():
                return self._for(expression, scope)
        return Unknown(Reason.COMPUTED, "an operation")

    def _template(self, template: Template, scope: Scope) -> Value:
        if template.heredoc:
            expressions = {p.span.start: p.expression for p in template.parts if isinstance(p, Interpolation)}
            return Raw(scope.document.path, template.content, lambda at, _: self._filled(expressions.get(at), scope))
        if template.directives:
            return Unknown(Reason.COMPUTED, "template directives")
        if not template.parts:
            return Str((Slice(HclText(scope.document.path, Text(template.content, "")), 0, 0, ""),))
        slices: list[Slice] = []
        for part in template.parts:
            if isinstance(part, Text):
                slices.append(Slice(HclText(scope.document.path, part), 0, len(part.text), part.text))
                continue
            value = self.evaluate(part.expression, scope)
            if len(template.parts) == 1 and not isinstance(value, Known):
                return value
            text = as_text(value)
            if isinstance(text, Unknown):
                return text
            if part.trims:
                return Unknown(Reason.COMPUTED, "~ in a template")
            slices.extend(text.slices)
        return Str(tuple(slices))

    def _filled(self, expression: Expression | None, scope: Scope) -> Value:
        if expression is None:
            return Unknown(Reason.COMPUTED, "template directives")
        return self.evaluate(expression, scope)

    def _collection(self, expression: Object | Tuple, scope: Scope) -> Value:
        key = (id(expression), id(scope))
        known = self._maps.get(key)
        if known is None:
            known = (expression, scope, self._entries(expression, scope))
            self._maps[key] = known  # holds both, so that the ids stay theirs
        return known[2]

    def _entries(self, expression: Object | Tuple, scope: Scope) -> Value:
        if isinstance(expression, Tuple):
            return List([self.thunk(e, scope) for e in expression.elements])
        entries: dict[str, Thunk] = {}
        complete = True
        for item in expression.items:
            if item.key is None:
                complete = False
            else:
                entries[item.key] = self.thunk(item.value, scope)
        return Map(entries, complete)

    def thunk(self, expression: Expression, scope: Scope) -> Thunk:
        return lambda: self.evaluate(expression, scope)

    def _for(self, expression: For, scope: Scope) -> Value:
        collection = self.evaluate(expression.collection, scope)
        if isinstance(collection, Map):
            pairs = [(made(k), t) for k, t in collection.entries.items()]
        elif isinstance(collection, List):
            pairs = [(made(str(i)), t) for i, t in enumerate(collection.entries)]
        else:
            return collection if isinstance(collection, Unknown) else Unknown(Reason.COMPUTED, "for over something that is no collection")
        scopes = [self._bound(expression.variables, key, element, scope) for key, element in pairs]
        if expression.key is None:
            return List([self.thunk(expression.body, s) for s in scopes], collection.complete)
        entries: dict[str, Thunk] = {}
        for i, inner in enumerate(scopes):
            key = as_text(self.evaluate(expression.key, inner))
            entries[f"({i})" if isinstance(key, Unknown) else key.text] = self.thunk(expression.body, inner)
        return Map(entries, collection.complete)

    @staticmethod
    def _bound(variables: tuple[str, ...], key: Str, element: Thunk, scope: Scope) -> Scope:
        if len(variables) == 1:
            return scope.bind(**{variables[0]: element})
        return scope.bind(**{variables[0]: lambda: key, variables[1]: element})

    def _traversal(self, traversal: Traversal, scope: Scope) -> Value:
        steps = traversal.steps
        if traversal.base is not None:
            return self._follow(self.evaluate(traversal.base, scope), steps, scope)
        root = traversal.root
        at = (scope.document.path, traversal.span.start)
        bound = scope.bindings.get(root)
        if bound is not None:
            return self._bound_value(bound, steps, scope, at)
        name = steps[0].key if steps else None
        if name is None:
            return Unknown(Reason.COMPUTED, scope.document.text(traversal.span))
        if root == "var":
            return self._follow(self._named("var", name, scope, at, self._variable(name, scope)), steps[1:], scope)
        if root == "local":
            attribute = scope.module.local(name)
            if attribute is None:
                return Unknown(Reason.NO_VALUE, f"local.{name} is not declared")
            value = self.evaluate(attribute.expression, scope.at(attribute.body.document))
            return self._follow(self._named("local", name, scope, at, value), steps[1:], scope)
        if root == "module":
            return self._output(name, steps[1:], scope, at)
        if root == "path" and name == "module":
            return made(scope.module.directory or ".")
        if root == "path" and name == "root" and not self.project.callers(scope.module.directory):
            return made(scope.module.directory or ".")
        if root in ("data", "count", "self", "terraform", "path", "each"):
            return Unknown(Reason.COMPUTED, scope.document.text(traversal.span))
        return Unknown(Reason.MANAGED_ELSEWHERE, f"{root}.{name}")

    @staticmethod
    def _named(kind: str, name: str, scope: Scope, at: tuple[str, int], value: Value) -> Value:
        return carried(value, Carrier(kind, scope.module.directory, name, at))

    def _bound_value(self, bound: Walk | Thunk, steps: tuple[Step, ...], scope: Scope, at: tuple[str, int]) -> Value:
        if not isinstance(bound, Walk):
            return self._follow(bound(), steps, scope)
        what = steps[0].key if steps else None
        collection = self.evaluate(bound.collection, bound.scope)
        if isinstance(collection, Known) and collection.value is None:
            raise Absent
        if not isinstance(collection, Map | List):
            return (
                collection if isinstance(collection, Unknown) else Unknown(Reason.COMPUTED, "for_each over something that is no collection")
            )
        if not collection.entries:
            if collection.complete:
                raise Absent
            return Unknown(Reason.COMPUTED, "for_each walks keys that the code does not name")
        index = self.choices.pick(("walk", bound.where), len(collection.entries))
        if isinstance(collection, List):
            value = collection.entries[index]()
        else:
            key = _nth(collection, index)
            if what == "key":
                return made(key)
            value = collection.entries[key]()
        value = carried(value, Carrier("each", bound.where, "value", at))
        return self._follow(value, steps[1:], scope)

    def _follow(self, value: Value, steps: tuple[Step, ...], scope: Scope) -> Value:
        for step in steps:
            if isinstance(value, Unknown):
                return value
            if step.splat:
                return Unknown(Reason.COMPUTED, "a splat expression")
            if step.key is not None:
                value = find(value, (step.key,))
                continue
            value = self._indexed(value, step, scope)
        return value

    def _indexed(self, value: Value, step: Step, scope: Scope) -> Value:
        """``value[expression]``: the entry, or each entry in turn where the index is known only when Terraform runs."""
        index = self.evaluate(step.index, scope) if step.index is not None else Unknown(Reason.COMPUTED)
        text = as_text(index)
        if isinstance(text, Str):
            return find(value, (text.text,))
        if not isinstance(value, Map | List):
            return Unknown(Reason.COMPUTED, "an index into something that is no collection")
        if not value.entries:
            return Unknown(Reason.NO_VALUE, "an empty collection")
        source = scope.document.text(step.index.span) if step.index is not None else ""
        chosen = self.choices.pick(("index", scope.module.directory, source), len(value.entries))
        if isinstance(value, List):
            return value.entries[min(chosen, len(value.entries) - 1)]()
        return value.entries[_nth(value, chosen)]()

    def decoded(self, raw: Raw) -> Value:
        """YAML or JSON text as a value."""
        from refactor.project.embedded import decode

        return decode(self.project, raw)

    def in_template(self, source: str, names: Value, scope: Scope) -> Value:
        """An interpolation of a template file, whose variables are ``names``."""
        if not isinstance(names, Map):
            return names if isinstance(names, Unknown) else Unknown(Reason.COMPUTED, "templatefile()")
        document = Document("", b"_ = " + source.encode() + b"\n")
        attribute = document.body.attribute("_") if document.error is None else None
        if attribute is None:
            return Unknown(Reason.COMPUTED, source)
        return self.evaluate(attribute.expression, Scope(scope.module, document, dict(names.entries)))

    def _variable(self, name: str, scope: Scope) -> Value:
        instance = scope.instance or self._instance(scope.module)
        if instance is not None and instance.call is not None and instance.module is not None:
            argument = instance.call.body.attribute(name)
            if argument is not None:
                return self.evaluate(argument.expression, scope_of(instance.call, instance.module))
        elif instance is not None:
            for document, values in instance.values:
                if name in values:
                    return self.evaluate(values[name], Scope(instance.module or scope.module, document))
            if instance.opaque:
                reason, detail = self.project.skips.get(instance.opaque, (Reason.REPORT_ONLY, ""))
                return Unknown(reason, f"{instance.opaque} may set var.{name}" + (f" ({detail})" if detail else ""))
        block = scope.module.block("variable", name)
        default = block.body.attribute("default") if block is not None else None
        if block is None or default is None:
            return Unknown(Reason.NO_VALUE, f"var.{name}")
        return self.evaluate(default.expression, scope.at(block.parent.document))

    def _instance(self, module: Module) -> Instance | None:
        instances = module.instances
        if not instances:
            return None
        return instances[self.choices.pick(("instance", module.directory), len(instances))]

    def _output(self, name: str, steps: tuple[Step, ...], scope: Scope, at: tuple[str, int]) -> Value:
        call = scope.module.block("module", name)
        directory = local_source(call, scope.module.directory) if call is not None else None
        if call is None or directory is None:
            return Unknown(Reason.COMPUTED, f"module.{name} is not in this repository")
        if call.body.attribute("for_each") is not None or call.body.attribute("count") is not None:
            steps = steps[1:]
        if not steps or steps[0].key is None:
            return Unknown(Reason.COMPUTED, f"module.{name}")
        child = self.project.module(directory)
        output = child.block("output", steps[0].key)
        value = output.body.attribute("value") if output is not None else None
        if output is None or value is None:
            return Unknown(Reason.NO_VALUE, f"module.{name}.{steps[0].key}")
        inner = Scope(child, output.parent.document, {}, Instance(module=scope.module, call=call))
        result = self.evaluate(value.expression, inner)
        return self._follow(self._named("output", f"{name}.{steps[0].key}", scope, at, result), steps[1:], scope)


def _nth(collection: Map, index: int) -> str:
    keys = list(collection.entries)
    return keys[min(index, len(keys) - 1)]


def as_text(value: Value) -> Str | Unknown:
    """``value`` where a template or a function wants a string."""
    match value:
        case Str() | Unknown():
            return value
        case Known(value=None):
            return Unknown(Reason.NO_VALUE, "null")
        case Known(value=bool() as flag):
            return made(str(flag).lower())
        case Known(value=str() as number):
            return made(number)
    return Unknown(Reason.COMPUTED, "a collection where a string is wanted")
