"""What an expression comes to, with the place in source of every character.

A value is a string of slices (:class:`Str`), a map or list whose entries are worked out on demand, some other known value, or
:class:`Unknown` with the reason. A slice knows the literal that it was cut from, so an edit of the value is an edit of that literal; and it
knows the last reference through which it came (:class:`Via`), so that it can be told apart from what else is made of that literal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias, overload

from refactor.edits import Edit, Span
from refactor.project.choices import Absent
from refactor.reasons import Reason

Keys: TypeAlias = tuple[str, ...]
"""Keys and indices that lead into a value."""


class Source(Protocol):
    """A literal in a file: HCL text, or a YAML scalar."""

    @property
    def path(self) -> str: ...

    @property
    def span(self) -> Span:
        """The bytes between the delimiters."""
        ...

    def byte(self, index: int) -> int:
        """Byte offset in the file of a character."""
        ...

    def put(self, start: int, end: int, text: str) -> list[Edit] | None:
        """Edits that replace characters ``start..end`` by ``text``, written as the literal's syntax wants; None if it cannot be done."""
        ...


@dataclass(frozen=True, slots=True)
class Via:
    """A reference (``local.apps["web"].image``, ``each.value``, ``file("x.yaml")``) through which a text came.

    ``path`` and ``offset`` (bytes) are its place; ``keys`` lead from the named value (``local.apps``) to the text.
    """

    path: str
    offset: int
    keys: Keys = ()

    def below(self, key: str) -> Via:
        """One key further."""
        return Via(self.path, self.offset, (*self.keys, key))


@dataclass(frozen=True, slots=True)
class Slice:
    """Characters ``start..end`` of a literal. ``via`` is the last reference that was followed; None where the literal itself stands."""

    source: Source
    start: int
    end: int
    text: str
    via: Via | None = None

    @property
    def place(self) -> tuple[str, int, int]:
        """Path and bytes: what tells two literals apart."""
        return self.source.path, self.source.byte(self.start), self.source.byte(self.end)

    def cut(self, start: int, end: int) -> Slice:
        """Characters ``start..end`` of the slice's own text."""
        return replace(self, start=self.start + start, end=self.start + end, text=self.text[start:end])


@dataclass(frozen=True, slots=True)
class Str:
    """A string, as the slices that make it up."""

    slices: tuple[Slice, ...]

    @property
    def text(self) -> str:
        return "".join(s.text for s in self.slices)


@dataclass(frozen=True, slots=True)
class Known:
    """A number, a boolean or null. Numbers are text, as written."""

    value: bool | str | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the code does not determine, and why.

    ``missing`` says that there is no such key or element, which ``try()`` catches. ``seen`` are the literals that became part of it.
    """

    reason: Reason
    detail: str = ""
    missing: bool = False
    seen: tuple[Slice, ...] = ()


@dataclass(frozen=True, slots=True)
class Map:
    """An object or map. ``complete`` is False where keys may be missing (a computed key, a merge with something unknown)."""

    entries: Mapping[str, Thunk]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class List:
    """A list, tuple or set."""

    entries: Sequence[Thunk]
    complete: bool = True
    is_set: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    """Text that is read as YAML or JSON where something decodes it: a heredoc, or a file. ``span`` is None for a whole file.

    ``fill`` gives the value of an interpolation from its offset, that of the expression in it, and the expression's source; None where the
    text is not a template.
    """

    path: str
    span: Span | None
    fill: Callable[[int, int, str], Value] | None
    via: Via | None = None


Value: TypeAlias = Str | Known | Unknown | Map | List | Raw
Thunk: TypeAlias = Callable[[], Value]


class _Always:
    """A value that is there already."""

    __slots__ = ("may_hold", "value")

    def __init__(self, value: Value) -> None:
        self.value = value
        self.may_hold = isinstance(value, Map | List | Raw)

    def __call__(self) -> Value:
        return self.value


def always(value: Value) -> Thunk:
    """A value that is there already, where one is wanted that is asked for."""
    return _Always(value)


def is_nothing(value: Value) -> bool:
    """Whether a value is null or an empty text."""
    return (isinstance(value, Known) and value.value is None) or (isinstance(value, Str) and not value.text)


def may_hold(thunk: Thunk) -> bool:
    """Whether the value may have entries, as far as can be told without working it out."""
    return getattr(thunk, "may_hold", True) is not False


def found(thunk: Thunk) -> Value | None:
    """The value; None where, in this combination of choices, the entry is not there (see :class:`Optional`)."""
    maybe = getattr(thunk, "maybe", None)
    value: Value | None = maybe() if maybe is not None else thunk()
    return value


def is_optional(thunk: Thunk) -> bool:
    """Whether the entry may not be there."""
    return getattr(thunk, "maybe", None) is not None


class Optional:
    """An entry that is there only in some combinations of choices: ``maybe`` gives its value, or None. ``fallback`` stands in for it."""

    __slots__ = ("fallback", "inner", "may_hold")

    def __init__(self, inner: Callable[[], Value | None], may_hold: bool, fallback: Thunk | None = None) -> None:
        self.inner = inner
        self.may_hold = may_hold
        self.fallback = fallback

    def maybe(self) -> Value | None:
        value = self.inner()
        return found(self.fallback) if value is None and self.fallback is not None else value

    def __call__(self) -> Value:
        value = self.maybe()
        if value is None:
            raise Absent
        return value


class _CarriedThunk:
    """A value that is read through a reference when it is asked for."""

    __slots__ = ("may_hold", "thunk", "via")

    def __init__(self, thunk: Thunk, via: Via) -> None:
        self.thunk = thunk
        self.via = via
        self.may_hold = may_hold(thunk)

    def __call__(self) -> Value:
        return carried(self.thunk(), self.via)


def _carried_thunk(thunk: Thunk, via: Via) -> Thunk:
    if not is_optional(thunk):
        return _CarriedThunk(thunk, via)

    def inner() -> Value | None:
        value = found(thunk)
        return None if value is None else carried(value, via)

    return Optional(inner, may_hold(thunk))


class _Carried(Mapping[str, Thunk]):
    """Entries of a map as read through a reference, wrapped when asked for: a map may have thousands."""

    def __init__(self, entries: Mapping[str, Thunk], via: Via) -> None:
        self.base = entries
        self._via = via

    def __getitem__(self, key: str) -> Thunk:
        return _carried_thunk(self.base[key], self._via.below(key))

    def __contains__(self, key: object) -> bool:
        return key in self.base

    def __iter__(self) -> Iterator[str]:
        return iter(self.base)

    def __len__(self) -> int:
        return len(self.base)


class _Elements(Sequence[Thunk]):
    """Elements of a list as read through a reference."""

    def __init__(self, entries: Sequence[Thunk], via: Via) -> None:
        self.base = entries
        self._via = via

    @overload
    def __getitem__(self, index: int) -> Thunk: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Thunk]: ...
    def __getitem__(self, index: int | slice) -> Thunk | Sequence[Thunk]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return _carried_thunk(self.base[index], self._via.below(str(index)))

    def __len__(self) -> int:
        return len(self.base)


def carried(value: Value, via: Via) -> Value:
    """``value`` as read through a reference. Entries of maps and lists are carried too, with their keys."""
    if isinstance(value, Str):
        return Str(tuple(Slice(s.source, s.start, s.end, s.text, via) for s in value.slices))
    if isinstance(value, Map):
        return replace(value, entries=_Carried(value.entries, via))
    if isinstance(value, List):
        return replace(value, entries=_Elements(value.entries, via))
    if isinstance(value, Raw):
        return replace(value, via=via)
    return value


def find(value: Value, keys: Keys) -> Value:
    """Follow literal keys into maps and lists."""
    for key in keys:
        if isinstance(value, Map):
            entry = value.entries.get(key)
            missing = f"no key {key}"
        elif isinstance(value, List):
            entry = value.entries[int(key)] if key.isdecimal() and int(key) < len(value.entries) else None
            missing = f"no element {key}"
        elif isinstance(value, Unknown):
            return value
        elif isinstance(value, Known) and value.value is None:
            return Unknown(Reason.NO_VALUE, f"{key} of null", missing=True)
        else:
            return Unknown(Reason.COMPUTED, f"{key} of something that is no map", missing=True)
        inner = found(entry) if entry is not None else None
        if inner is None:
            return _absent(value, missing)
        value = inner
    return value


def _absent(value: Map | List, detail: str) -> Unknown:
    return Unknown(Reason.NO_VALUE, detail, missing=True) if value.complete else Unknown(Reason.COMPUTED, detail)
