"""What an expression comes to, with the place in source of every character.

A value is a string of slices (:class:`Str`), a map or list whose entries are worked out on demand, some other known value, or
:class:`Unknown` with the reason. A slice knows the literal that it was cut from, so an edit of the value is an edit of that literal; and it
knows the named values (:class:`Carrier`) through which it came, so that their other readers can be found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias, overload

from refactor.edits import Edit, Span
from refactor.reasons import Reason


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
class Carrier:
    """A named value: ``var.x``, ``local.x``, a module's argument or output, ``each.value`` of a block.

    ``where`` is the directory of its module, or the block that binds it; ``at`` (path, byte offset) is the reference that was followed;
    ``path`` are the keys followed below it to reach the literal.
    """

    kind: str
    where: str
    name: str
    at: tuple[str, int]
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slice:
    """Characters ``start..end`` of a literal."""

    source: Source
    start: int
    end: int
    text: str
    carriers: tuple[Carrier, ...] = ()

    @property
    def place(self) -> tuple[str, int, int]:
        """Path and bytes: what tells two literals apart."""
        return self.source.path, self.source.byte(self.start), self.source.byte(self.end)


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
    """A value that the code does not determine, and why."""

    reason: Reason
    detail: str = ""


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


@dataclass(frozen=True, slots=True)
class Raw:
    """Text that is read as YAML or JSON where something decodes it: a heredoc, or a file. ``span`` is None for a whole file.

    ``fill`` gives the value of an interpolation from its place (heredocs) or its expression's source (template files); None where the text
    is not a template.
    """

    path: str
    span: Span | None
    fill: Callable[[int, str], Value] | None


Value: TypeAlias = Str | Known | Unknown | Map | List | Raw
Thunk: TypeAlias = Callable[[], Value]


class _Carried(Mapping[str, Thunk]):
    """Entries of a map as read through a carrier, wrapped when asked for: a map may have thousands."""

    def __init__(self, entries: Mapping[str, Thunk], carrier: Carrier) -> None:
        self._entries = entries
        self._carrier = carrier

    def __getitem__(self, key: str) -> Thunk:
        thunk = self._entries[key]
        carrier = replace(self._carrier, path=(*self._carrier.path, key))
        return lambda: carried(thunk(), carrier)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def carried(value: Value, carrier: Carrier) -> Value:
    """``value`` as read through ``carrier``. Entries of maps and lists are carried too, with their keys."""
    if isinstance(value, Str):
        return Str(tuple(replace(s, carriers=(*s.carriers, carrier)) for s in value.slices))
    if isinstance(value, Map):
        return replace(value, entries=_Carried(value.entries, carrier))
    if isinstance(value, List):
        return List(_Elements(value.entries, carrier), value.complete)
    return value


class _Elements(Sequence[Thunk]):
    """Elements of a list as read through a carrier."""

    def __init__(self, entries: Sequence[Thunk], carrier: Carrier) -> None:
        self._entries = entries
        self._carrier = carrier

    @overload
    def __getitem__(self, index: int) -> Thunk: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Thunk]: ...
    def __getitem__(self, index: int | slice) -> Thunk | Sequence[Thunk]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        thunk = self._entries[index]
        carrier = replace(self._carrier, path=(*self._carrier.path, str(index)))
        return lambda: carried(thunk(), carrier)

    def __len__(self) -> int:
        return len(self._entries)


def find(value: Value, keys: tuple[str, ...]) -> Value:
    """Follow literal keys into maps and lists."""
    for key in keys:
        if isinstance(value, Map):
            entry = value.entries.get(key)
            if entry is None:
                return Unknown(Reason.NO_VALUE if value.complete else Reason.COMPUTED, f"no key {key}")
        elif isinstance(value, List):
            if not key.isdigit() or int(key) >= len(value.entries):
                return Unknown(Reason.NO_VALUE if value.complete else Reason.COMPUTED, f"no element {key}")
            entry = value.entries[int(key)]
        elif isinstance(value, Unknown):
            return value
        else:
            return Unknown(Reason.COMPUTED, f"{key} of something that is no map")
        value = entry()
    return value
