"""What a variable's type constraint adds to a value: defaults of optional attributes.

Terraform language, "Type Constraints", "Optional Object Type Attributes": an attribute that is absent or null takes its default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from refactor.hcl.expressions import Call, Expression, Object
from refactor.project.values import Known, List, Map, Thunk, Value, always

Make: TypeAlias = Callable[[Expression], Thunk]


def completed(value: Value, type_: Expression, make: Make) -> Value:
    """``value`` with the defaults of its type; ``make`` evaluates a default where it stands."""
    if not isinstance(value, Map | List) or not isinstance(type_, Call) or not type_.arguments:
        return value
    inner = type_.arguments[0]
    if type_.name == "object" and isinstance(value, Map) and isinstance(inner, Object):
        return Map(_Attributes(value.entries, inner, make), value.complete)
    if type_.name in ("map", "list", "set"):
        if isinstance(value, Map):
            return Map(_Each(value.entries, inner, make), value.complete) if isinstance(inner, Call) else value
        entries = [_later(value.entries[i], inner, make) for i in range(len(value.entries))] if isinstance(inner, Call) else value.entries
        return List(entries, value.complete, value.is_set or type_.name == "set")
    return value


def _later(thunk: Thunk, type_: Expression, make: Make) -> Thunk:
    return lambda: completed(thunk(), type_, make)


class _Each(Mapping[str, Thunk]):
    """Entries of a map, each with the defaults of one type."""

    def __init__(self, base: Mapping[str, Thunk], type_: Expression, make: Make) -> None:
        self.base = base
        self._type = type_
        self._make = make

    def __getitem__(self, key: str) -> Thunk:
        return _later(self.base[key], self._type, self._make)

    def __contains__(self, key: object) -> bool:
        return key in self.base

    def __iter__(self) -> Iterator[str]:
        return iter(self.base)

    def __len__(self) -> int:
        return len(self.base)


class _Attributes(Mapping[str, Thunk]):
    """Attributes of an object, those that only its type names included."""

    def __init__(self, given: Mapping[str, Thunk], type_: Object, make: Make) -> None:
        self._given = given
        self._types = {item.key: item.value for item in type_.items if item.key is not None}
        self._make = make

    def __getitem__(self, key: str) -> Thunk:
        thunk = self._given.get(key)
        type_ = self._types.get(key)
        if type_ is None:
            return self._given[key]
        default: Thunk | None = None
        if isinstance(type_, Call) and type_.name == "optional" and type_.arguments:
            default = self._make(type_.arguments[1]) if len(type_.arguments) > 1 else always(Known(None))
            type_ = type_.arguments[0]
        if thunk is None and default is None:
            raise KeyError(key)
        return _later(_either(thunk, default), type_, self._make)

    def _optional(self) -> Iterator[str]:
        return (k for k, t in self._types.items() if isinstance(t, Call) and t.name == "optional")

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._given, *self._optional()]))

    def __len__(self) -> int:
        return len(set(self._given) | set(self._optional()))


def _either(thunk: Thunk | None, default: Thunk | None) -> Thunk:
    def value() -> Value:
        found = thunk() if thunk is not None else Known(None)
        return default() if default is not None and isinstance(found, Known) and found.value is None else found

    return value
