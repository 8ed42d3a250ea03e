"""Terraform functions that pass literals on; what any other makes is known only when Terraform runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from refactor.hcl.expressions import Call
from refactor.project.texts import as_text, put_together
from refactor.project.values import (
    Known,
    List,
    Map,
    Optional,
    Raw,
    Str,
    Thunk,
    Unknown,
    Value,
    always,
    find,
    found,
    is_nothing,
    is_optional,
    may_hold,
)
from refactor.project.walking import any_entry
from refactor.reasons import Reason

if TYPE_CHECKING:
    from refactor.project.evaluate import Evaluator
    from refactor.project.scope import Scope

Function = Callable[["Evaluator", Call, "Scope"], Value]
FUNCTIONS: dict[str, Function] = {}


def function(*names: str) -> Callable[[Function], Function]:
    """Register a function of Terraform's under its names."""

    def register(made: Function) -> Function:
        FUNCTIONS.update(dict.fromkeys(names, made))
        return made

    return register


def arguments(run: Evaluator, call: Call, scope: Scope) -> list[Value] | Unknown:
    """The values of a call's arguments, a last one with ``...`` taken apart."""
    values = [run.evaluate(a, scope) for a in call.arguments]
    if call.expands:
        last = values.pop()
        if not isinstance(last, List) or not last.complete:
            return last if isinstance(last, Unknown) else Unknown(Reason.COMPUTED, f"{call.name}(...)")
        values.extend(there(last))
    return values


def there(value: List) -> list[Value]:
    """The elements that a list has in this combination of choices."""
    elements = (found(value.entries[i]) for i in range(len(value.entries)))
    return [e for e in elements if e is not None]


_VERB = re.compile(r"%(%|[sdvq]|\[\d+\])")


@function("format")
def _format(run: Evaluator, call: Call, scope: Scope) -> Value:
    """``%s``, ``%d`` and ``%v`` in order; anything finer is left to Terraform."""
    values = arguments(run, call, scope)
    if isinstance(values, Unknown):
        return values
    pattern, rest = values[0] if values else None, values[1:]
    if not isinstance(pattern, Str):
        return pattern if isinstance(pattern, Unknown) else Unknown(Reason.COMPUTED, "format()")
    pieces: list[Value] = []
    for piece in pattern.slices:
        at = 0
        for match in _VERB.finditer(piece.text):
            pieces.append(Str((piece.cut(at, match.start()),)))
            at = match.end()
            if match.group(1) == "%":
                pieces.append(Str((piece.cut(match.start(), match.start() + 1),)))
            elif match.group(1) in "sdv" and rest:
                pieces.append(rest.pop(0))
            else:
                pieces.append(Unknown(Reason.COMPUTED, f"format() with {match.group()}"))
        pieces.append(Str((piece.cut(at, len(piece.text)),)))
        if "%" in _VERB.sub("", piece.text):
            pieces.append(Unknown(Reason.COMPUTED, "format() with width or precision"))
    text = put_together(pieces + rest)
    return Str(tuple(s for s in text.slices if s.text)) if isinstance(text, Str) else text


@function("join")
def _join(run: Evaluator, call: Call, scope: Scope) -> Value:
    values = arguments(run, call, scope)
    if isinstance(values, Unknown):
        return values
    pieces: list[Value] = []
    for value in values[1:]:
        if not isinstance(value, List) or not value.complete:
            pieces.append(value if isinstance(value, Unknown) else Unknown(Reason.COMPUTED, "join()"))
        else:
            pieces += there(value)
    return put_together([p for piece in pieces for p in (values[0], piece)][1:])


@function("coalesce", "try")
def _coalesce(run: Evaluator, call: Call, scope: Scope) -> Value:
    """The first argument that is something; each that may be, where that is known only when Terraform runs."""
    if call.expands:
        return Unknown(Reason.COMPUTED, f"{call.name}(...)")
    for i, argument in enumerate(call.arguments):
        value = run.evaluate(argument, scope)
        if call.name == "coalesce" and is_nothing(value):
            continue
        if call.name == "try" and isinstance(value, Unknown) and value.missing:
            continue
        if isinstance(value, Unknown) and i + 1 < len(call.arguments):
            source = scope.document.text(argument.span)
            if run.choices.number(("given", scope.where, source), 2) == 1:
                continue
        return value
    return Unknown(Reason.NO_VALUE, f"{call.name}() of nothing", missing=True)


@function("coalescelist")
def _coalescelist(run: Evaluator, call: Call, scope: Scope) -> Value:
    values = arguments(run, call, scope)
    if isinstance(values, Unknown):
        return values
    return next((v for v in values if not isinstance(v, List) or v.entries or not v.complete), List([]))


@function("lookup")
def _lookup(run: Evaluator, call: Call, scope: Scope) -> Value:
    if len(call.arguments) < 2:
        return Unknown(Reason.COMPUTED, "lookup()")
    value, key = (run.evaluate(a, scope) for a in call.arguments[:2])
    if not isinstance(value, Map):
        return value if isinstance(value, Unknown) else Unknown(Reason.COMPUTED, "lookup()")
    text = as_text(key)
    if isinstance(text, Unknown):
        source = scope.document.text(call.arguments[1].span)
        with_default = len(call.arguments) > 2
        if with_default and run.choices.number(("default", scope.where, source), 2) == 1:
            return run.evaluate(call.arguments[2], scope)
        return any_entry(run, value, source, scope)
    inner = find(value, (text.text,))
    if len(call.arguments) > 2 and isinstance(inner, Unknown) and inner.missing:
        return run.evaluate(call.arguments[2], scope)
    return inner


@function("merge")
def _merge(run: Evaluator, call: Call, scope: Scope) -> Value:
    values = arguments(run, call, scope)
    if isinstance(values, Unknown):
        return values
    entries: dict[str, Thunk] = {}
    complete = True
    for value in values:
        if isinstance(value, Map):
            if not value.complete:
                entries.clear()  # what is not known of this map may replace any of them
            for key in value.entries:
                later, earlier = value.entries[key], entries.get(key)
                entries[key] = _unless_absent(later, earlier) if earlier is not None and is_optional(later) else later
            complete = complete and value.complete
        elif not (isinstance(value, Known) and value.value is None):
            complete = False
            entries.clear()
    return Map(entries, complete)


def _unless_absent(later: Thunk, earlier: Thunk) -> Thunk:
    return Optional(lambda: found(later), may_hold(later) or may_hold(earlier), earlier)


@function("concat", "setunion")
def _concat(run: Evaluator, call: Call, scope: Scope) -> Value:
    values = arguments(run, call, scope)
    return values if isinstance(values, Unknown) else _chained(values)


def _chained(values: Sequence[Value]) -> List:
    entries: list[Thunk] = []
    complete = True
    for value in values:
        if isinstance(value, List):
            entries.extend(value.entries[i] for i in range(len(value.entries)))
            complete = complete and value.complete
        else:
            complete = False
    return List(entries, complete)


@function("flatten")
def _flatten(run: Evaluator, call: Call, scope: Scope) -> Value:
    value = _only(run, call, scope)
    return _flat(value) if isinstance(value, List) else _not_known(value, call)


def _flat(value: List) -> List:
    values = there(value)
    flat = _chained([_flat(v) if isinstance(v, List) else v if isinstance(v, Unknown) else List([always(v)]) for v in values])
    return List(flat.entries, flat.complete and value.complete)


@function("compact", "distinct")
def _compact(run: Evaluator, call: Call, scope: Scope) -> Value:
    """``distinct`` leaves out what is there already; ``compact`` what is empty."""
    value = _only(run, call, scope)
    if not isinstance(value, List) or call.name == "distinct":
        return value if isinstance(value, List) else _not_known(value, call)
    return List([always(v) for v in there(value) if not is_nothing(v)], value.complete)


@function("values")
def _values(run: Evaluator, call: Call, scope: Scope) -> Value:
    value = _only(run, call, scope)
    return List([value.entries[k] for k in sorted(value.entries)], value.complete) if isinstance(value, Map) else _not_known(value, call)


@function("element")
def _element(run: Evaluator, call: Call, scope: Scope) -> Value:
    if len(call.arguments) != 2:
        return Unknown(Reason.COMPUTED, "element()")
    value, index = (run.evaluate(a, scope) for a in call.arguments)
    if not isinstance(value, List) or not value.entries or not value.complete:
        return _not_known(value, call)
    text = as_text(index)
    elements = there(value)
    if isinstance(text, Str) and text.text.isdecimal() and elements:
        return elements[int(text.text) % len(elements)]
    return any_entry(run, value, scope.document.text(call.arguments[1].span), scope)


@function("one")
def _one(run: Evaluator, call: Call, scope: Scope) -> Value:
    value = _only(run, call, scope)
    elements = there(value) if isinstance(value, List) and value.complete else []
    return elements[0] if len(elements) == 1 else _not_known(value, call)


@function("tostring", "tomap", "tolist", "toset", "sensitive", "nonsensitive", "jsonencode", "yamlencode", "jsondecode", "yamldecode")
def _same(run: Evaluator, call: Call, scope: Scope) -> Value:
    """Conversions that keep the literals. Encoded and decoded are one: what is encoded here is read as what it was."""
    value = _only(run, call, scope)
    if call.name in ("yamldecode", "jsondecode") and isinstance(value, Raw):
        return run.decoded(value)
    if call.name in ("toset", "tolist") and isinstance(value, List):
        return replace(value, is_set=call.name == "toset")
    return value


@function("lower", "trimspace", "chomp")
def _unchanged(run: Evaluator, call: Call, scope: Scope) -> Value:
    """Only where the function leaves the text as it is."""
    value = _only(run, call, scope)
    if isinstance(value, Str):
        kept = value.text.lower() if call.name == "lower" else value.text.strip()
        if kept == value.text:
            return value
    return as_text(value) if isinstance(value, Raw) else _not_known(value, call)


def _only(run: Evaluator, call: Call, scope: Scope) -> Value:
    return run.evaluate(call.arguments[0], scope) if len(call.arguments) == 1 else Unknown(Reason.COMPUTED, f"{call.name}()")


def _not_known(value: Value, call: Call) -> Unknown:
    if isinstance(value, Unknown):
        return value
    return Unknown(Reason.COMPUTED, f"{call.name}()", seen=value.slices if isinstance(value, Str) else ())
