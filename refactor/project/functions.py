"""Terraform functions that pass literals on; what any other makes is known only when Terraform runs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from refactor.hcl.expressions import Call, Expression
from refactor.project.modules import normal
from refactor.project.values import Known, List, Map, Raw, Slice, Str, Thunk, Unknown, Value, find
from refactor.reasons import Reason

if TYPE_CHECKING:
    from refactor.project.evaluate import Evaluator
    from refactor.project.scope import Scope

Function = Callable[["Evaluator", Call, "Scope"], Value]
FUNCTIONS: dict[str, Function] = {}


def _function(*names: str) -> Callable[[Function], Function]:
    def register(function: Function) -> Function:
        for name in names:
            FUNCTIONS[name] = function
        return function

    return register


def _arguments(run: Evaluator, call: Call, scope: Scope) -> list[Value] | Unknown:
    values = [run.evaluate(a, scope) for a in call.arguments]
    if call.expands:
        last = values.pop()
        if not isinstance(last, List) or not last.complete:
            return last if isinstance(last, Unknown) else Unknown(Reason.COMPUTED, f"{call.name}(...)")
        values.extend(t() for t in last.entries)
    return values


_VERB = re.compile(r"%(%|[sdvq]|\[\d+\])")


@_function("format")
def _format(run: Evaluator, call: Call, scope: Scope) -> Value:
    """``%s``, ``%d`` and ``%v`` in order; anything finer is left to Terraform."""
    values = _arguments(run, call, scope)
    if isinstance(values, Unknown):
        return values
    pattern, rest = values[0] if values else None, values[1:]
    if not isinstance(pattern, Str):
        return pattern if isinstance(pattern, Unknown) else Unknown(Reason.COMPUTED, "format()")
    slices: list[Slice] = []
    for piece in pattern.slices:
        at = 0
        for match in _VERB.finditer(piece.text):
            slices.append(_cut(piece, at, match.start()))
            at = match.end()
            if match.group(1) == "%":
                slices.append(_cut(piece, match.start(), match.start() + 1))
                continue
            if match.group(1) not in "sdv" or not rest:
                return Unknown(Reason.COMPUTED, f"format() with {match.group()}")
            text = _text(rest.pop(0))
            if isinstance(text, Unknown):
                return text
            slices.extend(text.slices)
        slices.append(_cut(piece, at, len(piece.text)))
    if any("%" in _VERB.sub("", p.text) for p in pattern.slices):
        return Unknown(Reason.COMPUTED, "format() with width or precision")
    return Str(tuple(s for s in slices if s.text))


def _cut(piece: Slice, start: int, end: int) -> Slice:
    return Slice(piece.source, piece.start + start, piece.start + end, piece.text[start:end], piece.carriers)


def _text(value: Value) -> Str | Unknown:
    from refactor.project.evaluate import as_text

    return as_text(value)


@_function("join")
def _join(run: Evaluator, call: Call, scope: Scope) -> Value:
    values = _arguments(run, call, scope)
    if isinstance(values, Unknown):
        return values
    separator = _text(values[0]) if values else Unknown(Reason.COMPUTED)
    if isinstance(separator, Unknown):
        return separator
    slices: list[Slice] = []
    first = True
    for value in values[1:]:
        if not isinstance(value, List) or not value.complete:
            return value if isinstance(value, Unknown) else Unknown(Reason.COMPUTED, "join()")
        for thunk in value.entries:
            text = _text(thunk())
            if isinstance(text, Unknown):
                return text
            if not first:
                slices.extend(separator.slices)
            slices.extend(text.slices)
            first = False
    return Str(tuple(slices))


@_function("coalesce", "try")
def _coalesce(run: Evaluator, call: Call, scope: Scope) -> Value:
    """The first argument that is something; each that may be, where that is known only when Terraform runs."""
    if call.expands:
        return Unknown(Reason.COMPUTED, f"{call.name}(...)")
    for i, argument in enumerate(call.arguments):
        value = run.evaluate(argument, scope)
        empty = (isinstance(value, Known) and value.value is None) or (
            call.name == "coalesce" and isinstance(value, Str) and not value.text
        )
        if empty:
            continue
        missing = isinstance(value, Unknown) and value.reason is Reason.NO_VALUE and call.name == "try"
        if missing:
            continue
        if isinstance(value, Unknown) and i + 1 < len(call.arguments):
            key = ("coalesce", scope.document.path, argument.span.start)
            if run.choices.pick(key, 2) == 1:
                continue
        return value
    return Unknown(Reason.NO_VALUE, f"{call.name}() of nothing")


@_function("lookup")
def _lookup(run: Evaluator, call: Call, scope: Scope) -> Value:
    values = [run.evaluate(a, scope) for a in call.arguments[:2]]
    if len(values) < 2:
        return Unknown(Reason.COMPUTED, "lookup()")
    key = _text(values[1])
    if isinstance(key, Unknown) or not isinstance(values[0], Map):
        return next((v for v in (values[0], key) if isinstance(v, Unknown)), Unknown(Reason.COMPUTED, "lookup()"))
    if key.text in values[0].entries:
        return find(values[0], (key.text,))
    if len(call.arguments) > 2 and values[0].complete:
        return run.evaluate(call.arguments[2], scope)
    return Unknown(Reason.COMPUTED, f"lookup() of {key.text}")


@_function("merge")
def _merge(run: Evaluator, call: Call, scope: Scope) -> Value:
    values = _arguments(run, call, scope)
    if isinstance(values, Unknown):
        return values
    entries: dict[str, Thunk] = {}
    complete = True
    for value in values:
        if isinstance(value, Map):
            entries.update(value.entries)
            complete = complete and value.complete
        elif not (isinstance(value, Known) and value.value is None):
            complete = False
            entries.clear()  # a later map that is not known may replace any of them
    return Map(entries, complete)


@_function("concat", "flatten")
def _concat(run: Evaluator, call: Call, scope: Scope) -> Value:
    values = _arguments(run, call, scope)
    if isinstance(values, Unknown):
        return values
    entries: list[Thunk] = []
    complete = True
    pending: list[Value] = values if call.name == "concat" else [t() for v in values if isinstance(v, List) for t in v.entries]
    for value in pending:
        if isinstance(value, List):
            entries.extend(value.entries)
            complete = complete and value.complete
        elif call.name == "flatten" and not isinstance(value, Unknown):
            entries.append(_always(value))
        else:
            complete = False
    return List(entries, complete)


def _always(value: Value) -> Thunk:
    return lambda: value


@_function("values")
def _values(run: Evaluator, call: Call, scope: Scope) -> Value:
    value = _only(run, call, scope)
    return List(list(value.entries.values()), value.complete) if isinstance(value, Map) else _not_known(value, call)


@_function("element")
def _element(run: Evaluator, call: Call, scope: Scope) -> Value:
    if len(call.arguments) != 2:
        return Unknown(Reason.COMPUTED, "element()")
    value, index = (run.evaluate(a, scope) for a in call.arguments)
    if not isinstance(value, List) or not value.entries or not value.complete:
        return _not_known(value, call)
    if isinstance(index, Known) and isinstance(index.value, str) and index.value.isdigit():
        return value.entries[int(index.value) % len(value.entries)]()
    source = scope.document.text(call.arguments[1].span)
    return value.entries[run.choices.pick(("index", scope.module.directory, source), len(value.entries))]()


@_function("one")
def _one(run: Evaluator, call: Call, scope: Scope) -> Value:
    value = _only(run, call, scope)
    return value.entries[0]() if isinstance(value, List) and len(value.entries) == 1 else _not_known(value, call)


@_function("tostring", "tomap", "tolist", "toset", "sensitive", "nonsensitive", "jsonencode", "yamlencode", "jsondecode", "yamldecode")
def _same(run: Evaluator, call: Call, scope: Scope) -> Value:
    """Conversions that keep the literals. Encoded and decoded are one: what is encoded here is read as what it was."""
    value = _only(run, call, scope)
    if call.name in ("yamldecode", "jsondecode") and isinstance(value, Raw):
        return run.decoded(value)
    return value


@_function("lower", "trimspace", "trim", "chomp")
def _unchanged(run: Evaluator, call: Call, scope: Scope) -> Value:
    """Only where the function leaves the text as it is."""
    value = run.evaluate(call.arguments[0], scope) if call.arguments else Unknown(Reason.COMPUTED)
    if isinstance(value, Str) and len(call.arguments) == 1:
        kept = value.text.lower() if call.name == "lower" else value.text.strip()
        if kept == value.text:
            return value
    return _not_known(value, call)


@_function("file", "templatefile")
def _file(run: Evaluator, call: Call, scope: Scope) -> Value:
    """A file of the repository. A template's variables are the entries of the second argument."""
    path = _text(run.evaluate(call.arguments[0], scope)) if call.arguments else Unknown(Reason.COMPUTED)
    if isinstance(path, Unknown):
        return path
    relative = _repository_path(path, scope)
    if relative is None or run.project.read(relative) is None:
        reason, detail = run.project.skips.get(relative or "", (Reason.NO_VALUE, "no such file in this repository"))
        return Unknown(reason, f"{path.text}: {detail}" if detail else path.text)
    if call.name == "file":
        return Raw(relative, None, None)
    names = run.evaluate(call.arguments[1], scope) if len(call.arguments) > 1 else Map({})
    return Raw(relative, None, lambda _, source: run.in_template(source, names, scope))


def _repository_path(path: Str, scope: Scope) -> str | None:
    """Terraform resolves a relative path in the working directory, the root module's; ``path.module`` is already the repository's."""
    made_here = path.slices and path.slices[0].source.path == ""
    return normal(path.text if made_here else posixpath.join(scope.module.directory, path.text))


def _only(run: Evaluator, call: Call, scope: Scope) -> Value:
    return run.evaluate(_argument(call), scope) if len(call.arguments) == 1 else Unknown(Reason.COMPUTED, f"{call.name}()")


def _argument(call: Call) -> Expression:
    return call.arguments[0]


def _not_known(value: Value, call: Call) -> Unknown:
    return value if isinstance(value, Unknown) else Unknown(Reason.COMPUTED, f"{call.name}()")
