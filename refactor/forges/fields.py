"""Reads JSON that came from outside, field by field: what is not there, or of another type, is said by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast


class Unusable(Exception):
    """A field is missing or of the wrong type; the message names it."""


def record(value: object, what: str = "the answer") -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise Unusable(f"{what} is no object")
    return cast("Mapping[str, object]", value)


def items(value: object, what: str = "the answer") -> Sequence[object]:
    if not isinstance(value, list):
        raise Unusable(f"{what} is no list")
    return cast("Sequence[object]", value)


def text(value: Mapping[str, object], name: str, default: str | None = None) -> str:
    """A string; ``default`` where it is null or missing."""
    found = value.get(name)
    if found is None and default is not None:
        return default
    if not isinstance(found, str):
        raise Unusable(f"{name} is no string")
    return found


def number(value: Mapping[str, object], name: str, default: int | None = None) -> int:
    found = value.get(name)
    if found is None and default is not None:
        return default
    if not isinstance(found, int) or isinstance(found, bool):
        raise Unusable(f"{name} is no number")
    return found


def flag(value: Mapping[str, object], name: str, default: bool | None = None) -> bool:
    found = value.get(name)
    if found is None and default is not None:
        return default
    if not isinstance(found, bool):
        raise Unusable(f"{name} is neither true nor false")
    return found


def inner(value: Mapping[str, object], name: str) -> Mapping[str, object]:
    """An object; an empty one where it is null or missing."""
    found = value.get(name)
    return record(found, name) if found is not None else {}


def names(value: Mapping[str, object], name: str, key: str) -> tuple[str, ...]:
    """One field of each object of a list: the logins of the assignees. None where the list is null or missing."""
    found = value.get(name)
    return () if found is None else tuple(text(record(entry, name), key) for entry in items(found, name))
