"""Following keys, indices, iterators and ``for`` expressions into collections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from refactor.hcl.expressions import For, Step
from refactor.project.choices import Absent
from refactor.project.scope import Fixed, Scope, Walk
from refactor.project.texts import as_text, made
from refactor.project.values import (
    Known,
    List,
    Map,
    Optional,
    Str,
    Thunk,
    Unknown,
    Value,
    Via,
    always,
    carried,
    find,
    found,
    is_optional,
    may_hold,
)
from refactor.reasons import Reason

if TYPE_CHECKING:
    from refactor.project.evaluate import Evaluator
    from refactor.project.scope import Binding

_FEW = 32


class Names:
    """Keys of large maps as lists, made once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Mapping[str, Thunk], list[str]]] = {}

    def of(self, value: Map) -> Sequence[str]:
        entries = value.entries
        while isinstance(inner := getattr(entries, "base", None), Mapping):
            entries = inner
        if len(entries) < _FEW:
            return list(entries)
        if id(entries) not in self._known:
            self._known[id(entries)] = (entries, list(entries))
        return self._known[id(entries)][1]


def bound_value(run: Evaluator, bound: Binding, steps: tuple[Step, ...], scope: Scope, at: Via) -> Value:
    """What an iterator or a ``for`` variable stands for, followed by steps."""
    if not isinstance(bound, Walk | Fixed):
        return follow(run, carried(bound(), at), steps, scope)
    what = steps[0].key if steps else None
    if isinstance(bound, Fixed):
        return made(bound.key) if what == "key" else follow(run, carried(bound.value(), at), steps[1:], scope)
    collection = run.evaluate(bound.collection, bound.scope)
    if isinstance(collection, Known) and collection.value is None:
        raise Absent
    if not isinstance(collection, Map | List):
        return collection if isinstance(collection, Unknown) else Unknown(Reason.COMPUTED, "for_each over something that is no collection")
    if not collection.entries:
        if collection.complete:
            raise Absent
        return Unknown(Reason.COMPUTED, "for_each walks keys that the code does not name")
    key = ("walk", bound.scope.where, bound.where)
    if isinstance(collection, List):
        index = run.choices.number(key, len(collection.entries))
        if what == "key" and bound.is_dynamic and not collection.is_set:
            return made(str(index))
        value = collection.entries[index]()
    else:
        name = run.choices.pick(key, run.names.of(collection), collection.entries)
        if what == "key":
            return made(name)
        value = collection.entries[name]()
    return follow(run, carried(value, at), steps[1:], scope)


def follow(run: Evaluator, value: Value, steps: tuple[Step, ...], scope: Scope) -> Value:
    """``value`` with attribute, index and splat steps behind it."""
    for i, step in enumerate(steps):
        if isinstance(value, Unknown):
            return value
        if step.splat:
            return _splat(run, value, steps[i + 1 :], scope)
        value = find(value, (step.key,)) if step.key is not None else _indexed(run, value, step, scope)
    return value


def _splat(run: Evaluator, value: Value, rest: tuple[Step, ...], scope: Scope) -> Value:
    if not isinstance(value, List):
        return Unknown(Reason.COMPUTED, "a splat of something that is no list")

    def element(thunk: Thunk) -> Thunk:
        return _for_each(lambda: follow(run, thunk(), rest, scope), thunk)

    return List([element(t) for t in value.entries], value.complete)


def _indexed(run: Evaluator, value: Value, step: Step, scope: Scope) -> Value:
    """``value[expression]``: the entry, or each entry in turn where the index is known only when Terraform runs."""
    index = run.evaluate(step.index, scope) if step.index is not None else Unknown(Reason.COMPUTED)
    text = as_text(index)
    if isinstance(text, Str):
        return find(value, (text.text,))
    source = scope.document.text(step.index.span) if step.index is not None else ""
    return any_entry(run, value, source, scope)


def any_entry(run: Evaluator, value: Value, index: str, scope: Scope) -> Value:
    """An entry under an index whose value is not known; the same index is the same one wherever it stands in the module."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, Map | List):
        return Unknown(Reason.COMPUTED, "an index into something that is no collection")
    if not value.entries:
        return Unknown(Reason.NO_VALUE, "an empty collection", missing=value.complete)
    key = ("index", scope.where, index)
    if isinstance(value, List):
        return value.entries[run.choices.number(key, len(value.entries))]()
    return value.entries[run.choices.pick(key, run.names.of(value), value.entries)]()


def comprehension(run: Evaluator, expression: For, scope: Scope) -> Value:
    """``[for ...]`` and ``{for ...}``. The condition is not looked at: whatever it may let through counts."""
    collection = run.evaluate(expression.collection, scope)
    if isinstance(collection, Map):
        pairs = [(made(k), collection.entries[k]) for k in collection.entries]
    elif isinstance(collection, List):
        pairs = [(made(str(i)), collection.entries[i]) for i in range(len(collection.entries))]
    else:
        return collection if isinstance(collection, Unknown) else Unknown(Reason.COMPUTED, "for over something that is no collection")
    scopes = [_bound(expression.variables, key, element, scope) for key, element in pairs]
    inside = {c.type for c in expression.node.children[0].children}
    filtered = "for_cond" in inside
    if expression.key is None:
        bodies = [_for_each(run.thunk(expression.body, s), e) for s, (_, e) in zip(scopes, pairs, strict=True)]
        return List(bodies, collection.complete and not filtered)
    if "ellipsis" in inside:
        return Unknown(Reason.COMPUTED, "for that groups its results")
    entries: dict[str, Thunk] = {}
    complete = collection.complete and not filtered
    for i, inner in enumerate(scopes):
        key = as_text(run.evaluate(expression.key, inner))
        complete = complete and isinstance(key, Str)
        entries[key.text if isinstance(key, Str) else f"({i})"] = _for_each(run.thunk(expression.body, inner), pairs[i][1])
    return Map(entries, complete)


def _for_each(body: Thunk, element: Thunk) -> Thunk:
    """The result for an element, which is there where that is."""
    if not is_optional(element):
        return body
    return Optional(lambda: None if found(element) is None else found(body), may_hold(body))


def _bound(variables: tuple[str, ...], key: Str, element: Thunk, scope: Scope) -> Scope:
    if len(variables) == 1:
        return scope.bind(**{variables[0]: element})
    return scope.bind(**{variables[0]: always(key), variables[1]: element})
