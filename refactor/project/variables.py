"""Variable files of a root module.

Terraform language, "Input Variables": ``terraform.tfvars`` and ``*.auto.tfvars`` (in lexical order, later ones win) are loaded by
themselves; other ``.tfvars`` files are given on the command line, so each of them is one way to apply the module.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from refactor.hcl.document import Document
from refactor.hcl.expressions import Expression
from refactor.project.modules import Instance

if TYPE_CHECKING:
    from refactor.project.project import Project

_JSON = ".tfvars.json"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What variable files set: see :class:`refactor.project.modules.Instance`."""

    values: tuple[tuple[Document, Mapping[str, Expression]], ...]
    hidden: Mapping[str, str]
    opaque: str


def files_by_root(project: Project) -> Mapping[str, tuple[str, ...]]:
    """Variable files by the root module that they belong to: that of their directory, or the next one above."""
    result: dict[str, list[str]] = {}
    for path in project.workspace.files:
        if not path.endswith((".tfvars", _JSON)):
            continue
        folder = posixpath.dirname(path)
        while folder and folder not in project.module_files:
            folder = posixpath.dirname(folder)
        result.setdefault(folder, []).append(path)
    return {directory: tuple(paths) for directory, paths in result.items()}


def root_instances(project: Project, directory: str) -> Iterator[Instance]:
    """Every instance of a root module; the first has only the files that Terraform loads by itself."""
    there = project.variable_files.get(directory, ())
    automatic = automatic_files(there, directory)
    own = load(project, automatic)
    yield Instance(f"{directory} alone", values=own.values, hidden=own.hidden, opaque=own.opaque, bare=True)
    for path in there:
        if path not in automatic:
            extra = load(project, [path])
            hidden = {**own.hidden, **extra.hidden}
            yield Instance(path, values=(*extra.values, *own.values), hidden=hidden, opaque=extra.opaque or own.opaque)


def automatic_files(paths: Iterable[str], directory: str) -> list[str]:
    """Those that Terraform loads by itself in a directory, the strongest first."""
    beside = [p for p in paths if posixpath.dirname(p) == directory]
    plain = sorted(p for p in beside if posixpath.basename(p).removesuffix(".json") == "terraform.tfvars")
    return [*sorted((p for p in beside if p.removesuffix(".json").endswith(".auto.tfvars")), reverse=True), *reversed(plain)]


def load(project: Project, paths: Iterable[str]) -> Loaded:
    """What files set, the strongest first."""
    values: list[tuple[Document, Mapping[str, Expression]]] = []
    hidden: dict[str, str] = {}
    opaque = ""
    for path in paths:
        if path.endswith(_JSON):
            names = _json_names(project.read(path))
            hidden.update((n, path) for n in names or () if n not in hidden)
            opaque = opaque or ("" if names is not None else path)
            continue
        found = project.read_values(path)
        if found is not None:
            values.append(found)
        else:
            opaque = opaque or path
    return Loaded(tuple(values), hidden, opaque)


def _json_names(data: bytes | None) -> Iterable[str] | None:
    try:
        content = json.loads(data) if data is not None else None
    except ValueError:
        return None
    return list(content) if isinstance(content, dict) else None
