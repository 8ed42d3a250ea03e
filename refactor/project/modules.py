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
_DEMONSTRATIONS = frozenset({"example", "examples", "test", "tests", "fixtures", "testdata"})


@dataclass(eq=False)
class Module:
    """The files of one directory; or one Terragrunt file, then ``unit`` is the directory of the unit that reads it."""

    project: Project
    directory: str  # relative to the repository, "" for its root
    paths: tuple[str, ...] = ()
    unit: str | None = None
    found: dict[tuple[str, str], Block | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paths = tuple(sorted(self.paths, key=lambda p: (not is_override(p), p)))

    def documents(self, *words: bytes) -> Iterator[Document]:
        """The module's readable files that hold all of the words, override files first."""
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
        """The ways in which this module is applied: called by another, by Terragrunt, or as a root with its variable files.

        Where only examples and tests call it, others do elsewhere, so its defaults count too.
        """
        callers = [Instance(f"{call.parent.document.path}:{call.span.start}", m, call) for m, call in self.project.callers(self.directory)]
        grunts = self.project.terragrunt(self.directory)
        shown_only = all(is_demonstration(c.module.directory) for c in callers if c.module is not None)
        roots = tuple(self.project.roots(self.directory)) if shown_only and not grunts else ()
        return (*callers, *grunts, *roots)


@dataclass(frozen=True, eq=False)
class Instance:
    """One way in which a module is applied, and how its variables are set there. ``name`` is unique.

    ``call`` is the ``module`` block, in ``module`` as applied by ``outer`` (None: in each way). Else ``values`` maps names to expressions
    of variable files and ``inputs`` has Terragrunt's, both the strongest first. ``hidden`` maps names to the file that sets them and cannot
    be read as HCL; ``opaque`` is a file that might set any. ``bare`` is a root without the variable files that are given by hand.
    """

    name: str
    module: Module | None = None
    call: Block | None = None
    outer: Instance | None = None
    values: tuple[tuple[Document, Mapping[str, Expression]], ...] = ()
    inputs: tuple[tuple[Module, Document, Expression], ...] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)
    opaque: str = ""
    bare: bool = False


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
    return path.endswith(_SUFFIXES)


def is_override(path: str) -> bool:
    """Terraform language, "Override Files": these win over what other files of the module say."""
    stem = posixpath.basename(path).rpartition(".")[0]
    return stem == "override" or stem.endswith("_override")


def is_demonstration(directory: str) -> bool:
    """Whether code there shows or tests a module, rather than using it."""
    return not _DEMONSTRATIONS.isdisjoint(directory.split("/"))


_SOURCE = re.compile(rb'(?m)(?:^|\{)[ \t]*source[ \t]*=[ \t]*"(\.\.?/[^"\r\n]*)"')


def local_sources(data: bytes, directory: str) -> Iterator[str]:
    """Directories that a file's ``module`` blocks may call: a cheap look before parsing."""
    for match in _SOURCE.finditer(data) if b"module" in data else ():
        target = normal(posixpath.join(directory, match.group(1).decode("utf-8", "replace")))
        if target is not None:
            yield target
