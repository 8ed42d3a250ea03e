"""Working out expressions as far as the code alone determines them (Terraform language, "Expressions")."""

from __future__ import annotations

from collections.abc import Hashable

from refactor.hcl.document import Block, Document
from refactor.hcl.expressions import (
    Call,
    Conditional,
    Expression,
    For,
    Interpolation,
    Literal,
    Object,
    Other,
    Template,
    Text,
    Traversal,
    Tuple,
)
from refactor.project import arguments, files, inputs, terragrunt, walking
from refactor.project.choices import Absent, Choices
from refactor.project.functions import FUNCTIONS
from refactor.project.modules import Instance, Module
from refactor.project.project import Project
from refactor.project.scope import Scope
from refactor.project.texts import HclText, made, put_together
from refactor.project.values import (
    Known,
    List,
    Map,
    Optional,
    Raw,
    Slice,
    Str,
    Thunk,
    Unknown,
    Value,
    Via,
    carried,
    found,
    is_nothing,
    may_hold,
)
from refactor.reasons import Reason

PREFIX = b"_ = "  # makes an attribute of an interpolation's expression
_DEPTH = 80  # nested look-ups; more is a cycle, which Terraform refuses
_ENDLESS = Unknown(Reason.COMPUTED, "values that refer to one another without end")


class Evaluator:
    """Evaluates expressions of a project under the current :attr:`choices`, which the caller sets before each run.

    ``through`` are prefixes of resource types whose arguments count as the values of their attributes: ``kubernetes_`` makes
    ``kubernetes_namespace.web.metadata[0].name`` the name that the code gives it.
    """

    def __init__(self, project: Project, through: tuple[str, ...] = ()) -> None:
        self.project = project
        self.through = through
        self.choices = Choices({})
        self._depth = 0
        self._fixed: dict[tuple[int, int], tuple[Expression, Scope, Value]] = {}
        self._scopes: dict[tuple[str, str, int], Scope] = {}
        self._inner: dict[tuple[int, int], tuple[Block, Scope]] = {}
        self._parts: dict[tuple[str, int], Document] = {}
        self._calls: dict[str, Instance] = {}
        self.names = walking.Names()

    # Scopes are made once, so that what is worked out in one can be kept.

    def scope(self, document: Document, module: Module, instance: Instance | None = None) -> Scope:
        """The scope at a module's own level, in one of its files."""
        key = (document.path, module.unit or module.directory, id(instance))
        if key not in self._scopes:
            self._scopes[key] = Scope(module, document, {}, instance)
        return self._scopes[key]

    def scope_in(self, block: Block, module: Module, instance: Instance | None = None) -> Scope:
        """The scope in a top-level block of a module."""
        key = (id(block), id(instance))
        if key not in self._inner:
            self._inner[key] = (block, self.scope(block.parent.document, module, instance).inside(block))
        return self._inner[key][1]

    def evaluate(self, expression: Expression, scope: Scope) -> Value:
        """The value of an expression.

        Raises:
            Absent: there is none in this combination of choices.
        """
        if isinstance(expression, Literal):
            return Known(expression.value)
        key = (id(expression), id(scope))
        fixed = self._fixed.get(key)
        if fixed is not None:
            return fixed[2]
        if self._depth > _DEPTH:
            return _ENDLESS
        self._depth += 1
        choices, asked = self.choices, self.choices.asked
        try:
            value = self._evaluate(expression, scope)
        finally:
            self._depth -= 1
        if asked == choices.asked and value is not _ENDLESS:
            self._fixed[key] = (expression, scope, value)  # no choice was met, so it is the same in every run
        return value

    def _evaluate(self, expression: Expression, scope: Scope) -> Value:
        match expression:
            case Template():
                return self._template(expression, scope)
            case Traversal():
                return self._traversal(expression, scope)
            case Object() | Tuple():
                return self._entries(expression, scope)
            case Conditional():
                return self._conditional(expression, scope)
            case Call():
                function = FUNCTIONS.get(expression.name)
                if function is None:
                    return Unknown(Reason.COMPUTED, f"{expression.name}()")
                return function(self, expression, scope)
            case For():
                return walking.comprehension(self, expression, scope)
        return Unknown(Reason.COMPUTED, f"an operation: {_short(scope.document.text(expression.span))}")

    def _conditional(self, expression: Conditional, scope: Scope) -> Value:
        """Either branch. The same condition gives the same answer wherever it stands in the module."""
        condition, negated = _plain(scope.document.text(expression.condition.span))
        branches = (expression.no, expression.yes) if negated else (expression.yes, expression.no)
        key = ("condition", scope.where, condition)
        if any(isinstance(b, Object | Tuple) for b in branches):
            both = self._either(branches, key, scope)
            if both is not None:
                return both
        chosen = branches[self.choices.number(key, 2)]
        value = self.evaluate(chosen, scope)
        if is_nothing(value) and scope.document.text(chosen.span) in condition:
            raise Absent  # x != "" ? x : ... does not give an empty x
        return value

    def _either(self, branches: tuple[Expression, Expression], key: Hashable, scope: Scope) -> Value | None:
        """Two maps as one whose entries choose when they are asked for; a list that may be empty likewise. None: they are neither."""
        state = self.choices.state()
        yes, no = (self.evaluate(b, scope) for b in branches)

        def entry(one: Thunk | None, two: Thunk | None) -> Thunk:
            def inner() -> Value | None:
                chosen = (one, two)[self.choices.number(key, 2)]
                return None if chosen is None else found(chosen)

            return Optional(inner, any(may_hold(t) for t in (one, two) if t is not None))

        if isinstance(yes, Map) and isinstance(no, Map):
            names = dict.fromkeys([*yes.entries, *no.entries])
            return Map({n: entry(yes.entries.get(n), no.entries.get(n)) for n in names}, yes.complete and no.complete)
        if isinstance(yes, List) and isinstance(no, List) and not no.entries and no.complete:
            return List([entry(yes.entries[i], None) for i in range(len(yes.entries))], yes.complete, yes.is_set)
        if isinstance(yes, List) and isinstance(no, List) and not yes.entries and yes.complete:
            return List([entry(None, no.entries[i]) for i in range(len(no.entries))], no.complete, no.is_set)
        self.choices.forget(state)
        return None

    def _template(self, template: Template, scope: Scope) -> Value:
        if template.heredoc:
            expressions = {p.span.start: p.expression for p in template.parts if isinstance(p, Interpolation)}
            return Raw(scope.document.path, template.content, lambda at, _, __: self._filled(expressions.get(at), scope))
        if template.directives:
            return Unknown(Reason.COMPUTED, "template directives")
        if not template.parts:
            return Str((Slice(HclText(scope.document.path, Text(template.content, "")), 0, 0, ""),))
        pieces: list[Value] = []
        for part in template.parts:
            if isinstance(part, Text):
                pieces.append(Str((Slice(HclText(scope.document.path, part), 0, len(part.text), part.text),)))
                continue
            value = self.evaluate(part.expression, scope)
            if len(template.parts) == 1 and not isinstance(value, Known):
                return value
            pieces.append(Unknown(Reason.COMPUTED, "~ in a template") if part.trims else value)
        return put_together(pieces)

    def _filled(self, expression: Expression | None, scope: Scope) -> Value:
        if expression is None:
            return Unknown(Reason.COMPUTED, "template directives")
        return self.evaluate(expression, scope)

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
        """The expression's value, worked out when it is asked for."""
        return _Deferred(self, expression, scope)

    def _traversal(self, traversal: Traversal, scope: Scope) -> Value:
        steps = traversal.steps
        if traversal.base is not None:
            return walking.follow(self, self.evaluate(traversal.base, scope), steps, scope)
        root = traversal.root
        at = Via(scope.document.path, traversal.span.start + (scope.shift or 0))
        bound = scope.bindings.get(root)
        if bound is not None:
            return walking.bound_value(self, bound, steps, scope, at)
        name = steps[0].key if steps else None
        source = scope.document.text(traversal.span)
        if scope.shift is not None:
            return Unknown(Reason.COMPUTED, f"{source} is set in the template")
        if name is None:
            return Unknown(Reason.COMPUTED, source)
        if root == "var":
            return walking.follow(self, carried(inputs.variable(self, name, scope), at), steps[1:], scope)
        if root == "local":
            attribute = scope.module.local(name)
            if attribute is None:
                return Unknown(Reason.NO_VALUE, f"local.{name} is not declared")
            value = self.evaluate(attribute.expression, self.scope(attribute.body.document, scope.module, scope.instance))
            return walking.follow(self, carried(value, at), steps[1:], scope)
        if root == "module":
            return inputs.output(self, name, traversal, scope, at)
        if root == "path" and name == "module":
            return made(scope.module.directory or ".")
        if root == "path" and name == "root" and not self.project.callers(scope.module.directory):
            return made(scope.module.directory or ".")
        if root == "include" and scope.module.unit is not None:
            return walking.follow(self, carried(terragrunt.included(self, name, scope), at), steps[1:], scope)
        if root == "data" and name == "template_file":
            return files.rendered(self, traversal, scope, at)
        if root in ("data", "count", "self", "terraform", "path", "each", "dependency", "ephemeral"):
            return Unknown(Reason.COMPUTED, source)
        if self.through and root.startswith(self.through):
            return arguments.of_resource(self, traversal, scope, at)
        return Unknown(Reason.MANAGED_ELSEWHERE, f"{root}.{name}")

    def decoded(self, raw: Raw) -> Value:
        """YAML or JSON text as a value."""
        from refactor.project.embedded import decode

        return decode(self.project, raw)

    def in_template(self, path: str, at: int, source: str, names: Map, scope: Scope) -> Value:
        """An interpolation of a template file, whose variables are ``names``. ``at`` is where its expression stands."""
        if (path, at) not in self._parts:
            self._parts[path, at] = Document(path, PREFIX + source.encode() + b"\n")
        document = self._parts[path, at]
        attribute = document.body.attribute("_") if document.error is None else None
        if attribute is None:
            return Unknown(Reason.COMPUTED, source)
        bindings = {name: names.entries[name] for name in names.entries}
        return self.evaluate(attribute.expression, Scope(scope.module, document, bindings, scope.instance, at - len(PREFIX)))

    def one_call(self, name: str, scope: Scope, call: Block) -> Instance:
        """The instance that one ``module`` block makes of the module that it calls."""
        if name not in self._calls:
            self._calls[name] = Instance(name, scope.module, call, scope.instance)
        return self._calls[name]


class _Deferred:
    """An expression's value, worked out when it is asked for. ``may_hold``: see :func:`refactor.project.values.may_hold`."""

    __slots__ = ("expression", "run", "scope")

    def __init__(self, run: Evaluator, expression: Expression, scope: Scope) -> None:
        self.run = run
        self.expression = expression
        self.scope = scope

    def __call__(self) -> Value:
        return self.run.evaluate(self.expression, self.scope)

    @property
    def may_hold(self) -> bool:
        return _may_hold(self.expression)


_TEXTS = frozenset("format join lower upper replace tostring tonumber tobool trimspace substr length max min".split())


def _may_hold(expression: Expression) -> bool:
    if isinstance(expression, Template):
        return len(expression.parts) == 1 and isinstance(expression.parts[0], Interpolation)
    if isinstance(expression, Conditional):
        return _may_hold(expression.yes) or _may_hold(expression.no)
    if isinstance(expression, Call):
        return expression.name not in _TEXTS
    return not isinstance(expression, Literal | Other)


def _plain(condition: str) -> tuple[str, bool]:
    """A condition without its negation, and whether it had one."""
    text = " ".join(condition.split())
    if any(word in text for word in ("&&", "||", "?")):
        return text, False
    if text.startswith("!"):
        return text[1:].lstrip(), True
    return text.replace("!=", "=="), text.count("!=") == 1


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:57] + "..."
