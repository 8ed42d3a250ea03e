"""Modules: a directory of Terraform files, what is declared in it, who calls it, and where its variables get their values.

Declarations are looked up by a byte search first; only files that can hold one are parsed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from refactor.hcl.document import Attribute, Block, Document
from refactor.hcl.expressions import Expression

if TYPE_CHECKING:
    from refactor.project.project import Project

_SUFFIXES = (".tf", ".tofu")


@dataclass(eq=False)
class Module:
    """The files of one directory."""

    project: Project
    directory: str  # relative to the repository, "" for its root
    paths: tuple[str, ...] = ()
    found: dict[tuple[str, str], Block | None] = field(default_factory=dict)

    def documents(self, *words: bytes) -> Iterator[Document]:
        """The module's readable files that hold all of the words."""
        for path in self.paths:
            data = self.project.read(path)
            if data is not None and all(w in data for w in words):
                document = self.project.document(path)
                if document is not None:
                    yield document

    def block(self, type: str, *labels: str) -> Block | None:
        """The first block with this type and labels."""
        key = (type, "\0".join(labels))
        if key not in self.found:
            words = [label.encode() for label in labels]
            self.found[key] = next(
                (b for d in self.documents(type.encode(), *words) for b in d.body.blocks(type) if b.labels == labels), None
            )
        return self.found[key]

    @cached_property
    def locals(self) -> Mapping[str, Attribute]:
        """Every ``locals`` value by name."""
        result: dict[str, Attribute] = {}
        for document in self.documents(b"locals"):
            for block in document.body.blocks("locals"):
                for attribute in block.body.attributes:
                    result.setdefault(attribute.name, attribute)
        return result

    def local(self, name: str) -> Attribute | None:
        return self.locals.get(name)

    @cached_property
    def calls(self) -> tuple[Block, ...]:
        """Every ``module`` block."""
        return tuple(b for d in self.documents(b"module") for b in d.body.blocks("module"))

    @cached_property
    def instances(self) -> tuple[Instance, ...]:
        """The ways in which this module is applied: called by another, by Terragrunt, or as a root with its variable files."""
        callers = [Instance(call=call, module=caller) for caller, call in self.project.callers(self.directory)]
        grunts = self.project.terragrunt(self.directory)
        if callers or grunts:
            return (*callers, *grunts)
        return tuple(self.project.roots(self.directory))


@dataclass(frozen=True, eq=False)
class Instance:
    """One way in which a module is applied, and how its variables are set there.

    ``call`` is the ``module`` block, in ``module``; or ``values`` maps names to expressions of variable files or Terragrunt inputs, the
    strongest first. ``opaque`` names a file that could not be read and might set any variable.
    """

    module: Module | None = None
    call: Block | None = None
    values: tuple[tuple[Document, Mapping[str, Expression]], ...] = ()
    opaque: str = ""
    name: str = ""


def local_source(block: Block, directory: str) -> str | None:
    """Directory that a ``module`` block's ``source`` names, where it is a path in the repository.

    Terraform language, "Module Sources": local paths begin with ``./`` or ``../``.
    """
    attribute = block.body.attribute("source")
    text = getattr(attribute.expression, "literal", None) if attribute is not None else None
    if not isinstance(text, str) or not text.startswith(("./", "../")):
        return None
    return normal(posixpath.join(directory, text))


def normal(path: str) -> str | None:
    """A repository-relative path without ``.`` and ``..``; None where it leaves the repository."""
    result = posixpath.normpath(path)
    if result == ".":
        return ""
    return None if result.startswith(("..", "/")) else result


def is_module_file(path: str) -> bool:
    return path.endswith(_SUFFIXES) and not path.endswith((".tftest.hcl", ".tofutest.hcl"))


_CALL = re.compile(rb'(?m)^[ \t]*module[ \t]+"?[\w-]+"?[ \t]*\{')


def may_call(data: bytes) -> bool:
    """Whether a file can hold a ``module`` block with a local source: a cheap look before parsing."""
    return b"source" in data and (b'"./' in data or b'"../' in data) and _CALL.search(data) is not None
