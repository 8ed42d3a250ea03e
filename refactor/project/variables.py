"""Variable files of a root module.

Terraform language, "Input Variables": ``terraform.tfvars`` and ``*.auto.tfvars`` (in lexical order, later ones win) are loaded by
themselves; other ``.tfvars`` files are given on the command line, so each of them is one way to apply the module.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from refactor.hcl.document import Document
from refactor.hcl.expressions import Expression
from refactor.project.modules import Instance

if TYPE_CHECKING:
    from refactor.project.project import Project

_JSON = ".tfvars.json"


def root_instances(project: Project, directory: str) -> Iterator[Instance]:
    """Every instance of a root module; the first has only the files that Terraform loads by itself."""
    own = [p for p in project.workspace.files if posixpath.dirname(p) == directory and p.endswith((".tfvars", _JSON))]
    automatic = [p for p in own if posixpath.basename(p).removesuffix(".json") == "terraform.tfvars"]
    automatic += sorted(p for p in own if p.removesuffix(".json").endswith(".auto.tfvars"))
    loaded, opaque = _load(project, reversed(automatic))
    yield Instance(values=loaded, opaque=opaque, name=directory)
    others = [p for p in own if p not in automatic] + list(_below(project, directory))
    for path in others:
        extra, hidden = _load(project, [path])
        yield Instance(values=(*extra, *loaded), opaque=hidden or opaque, name=path)


def _below(project: Project, directory: str) -> Iterator[str]:
    """Variable files in directories below that hold no Terraform code of their own."""
    prefix = f"{directory}/" if directory else ""
    for path in project.workspace.files:
        if path.endswith(".tfvars") and path.startswith(prefix):
            folder = posixpath.dirname(path)
            while folder not in ("", directory) and folder not in project.module_files:
                folder = posixpath.dirname(folder)
            if folder == directory and posixpath.dirname(path) != directory:
                yield path


def _load(project: Project, paths: Iterator[str] | list[str]) -> tuple[tuple[tuple[Document, Mapping[str, Expression]], ...], str]:
    """Values of files, and the first one that might set anything but cannot be read."""
    loaded: list[tuple[Document, Mapping[str, Expression]]] = []
    opaque = ""
    for path in paths:
        values = None if path.endswith(".json") else project.read_values(path)
        if values is None:
            opaque = opaque or path
        else:
            loaded.append(values)
    return tuple(loaded), opaque
