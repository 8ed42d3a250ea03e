"""Objects in Terraform's JSON files, which no codemod rewrites, but whose budgets, autoscalers and limits count.

Terraform language, "JSON Configuration Syntax": a block is an object, or a list of them; a resource stands under its type and its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from refactor.kubernetes.kinds import MANIFESTS, TYPES
from refactor.kubernetes.spelling import field_of, is_map
from refactor.project.embedded import decode_all
from refactor.project.project import Project
from refactor.project.values import List, Map, Thunk, Value


def json_objects(project: Project, path: str) -> Iterator[tuple[str, str | None, Value]]:
    """Each object of a file: its address, its kind (None for a manifest, which says so itself), and its value with the API's names."""
    for top in (m for value in decode_all(project, path) for m in _maps(value)):
        for types in _below(top, "resource"):
            for type_ in (t for t in types if t in TYPES or t in MANIFESTS):
                for names in _below(types, type_):
                    for label in names:
                        for body in _below(names, label):
                            address = f"{type_}.{label}"
                            if type_ in TYPES:
                                yield address, TYPES[type_], _named(Map(body))
                            elif MANIFESTS[type_] in body:
                                yield address, None, body[MANIFESTS[type_]]()


def _below(entries: Mapping[str, Thunk], name: str) -> Iterator[Mapping[str, Thunk]]:
    return _maps(entries[name]()) if name in entries else iter(())


def _maps(value: Value) -> Iterator[Mapping[str, Thunk]]:
    """An object, or each of a list of them."""
    if isinstance(value, Map):
        yield value.entries
    elif isinstance(value, List):
        for thunk in value.entries:
            yield from _maps(thunk())


def _named(value: Value) -> Value:
    """The value of a block with the API's names for its fields."""
    if isinstance(value, List):
        return List([_renamed(thunk) for thunk in value.entries], value.complete)
    if not isinstance(value, Map):
        return value
    entries = {field_of(name): thunk if is_map(field_of(name)) else _renamed(thunk) for name, thunk in value.entries.items()}
    return Map(entries, value.complete)


def _renamed(thunk: Thunk) -> Thunk:
    return lambda: _named(thunk())
