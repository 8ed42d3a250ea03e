"""Who names what: references to locals, variables and outputs, calls that read a file, and the modules that a variable file is for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from refactor.hcl.document import Block, Document
from refactor.hcl.expressions import Call, For, Traversal, references
from refactor.project.choices import Absent, Choices
from refactor.project.contexts import context_at
from refactor.project.evaluate import Evaluator
from refactor.project.files import READERS, path_of
from refactor.project.kinds import Kind
from refactor.project.modules import Instance
from refactor.project.project import Project

_READ = re.compile(rb"\b(?:%s|filebase64|read_terragrunt_config)[ \t]*\(" % b"|".join(r.encode() for r in READERS))
_JSON_SUFFIXES = (".tf.json", ".tofu.json")

Reference = tuple[Document, Traversal]


@dataclass
class _Named:
    """References to one name, by the literal key that follows it; those without one apart."""

    by_key: dict[str, list[Reference]] = field(default_factory=dict)
    others: list[Reference] = field(default_factory=list)

    def leading_to(self, key: str | None) -> Iterator[Reference]:
        yield from self.others
        if key is not None:
            yield from self.by_key.get(key, ())
        else:
            yield from (r for found in self.by_key.values() for r in found)


class References:
    """Everything is looked for once."""

    def __init__(self, run: Evaluator) -> None:
        self.run = run
        self.project: Project = run.project
        self._by_directory: dict[str, dict[tuple[str, str], _Named]] = {}
        self._inside: dict[tuple[str, int, int], list[Traversal]] = {}

    def named(self, documents: Sequence[str], where: str, root: str, name: str, key: str | None = None) -> Iterator[Reference]:
        """References to ``root.name`` in files, but for those whose next step is another key than ``key`` (None: any)."""
        if where not in self._by_directory:
            self._by_directory[where] = self._indexed(documents)
        found = self._by_directory[where].get((root, name))
        return found.leading_to(key) if found is not None else iter(())

    def _indexed(self, paths: Sequence[str]) -> dict[tuple[str, str], _Named]:
        index: dict[tuple[str, str], _Named] = {}
        for path in paths:
            document = self.project.document(path)
            if document is None:
                continue
            for reference in references(document.data, document.root):
                if not reference.steps or reference.steps[0].key is None:
                    continue
                named = index.setdefault((reference.root, reference.steps[0].key), _Named())
                key = reference.steps[1].key if len(reference.steps) > 1 else None
                (named.others if key is None else named.by_key.setdefault(key, [])).append((document, reference))
        return index

    def in_module(self, directory: str, root: str, name: str, key: str | None = None) -> Iterator[Reference]:
        """References in the files of a directory."""
        return self.named(self.project.module_files.get(directory, ()), directory, root, name, key)

    def unreadable(self, directory: str, root: str, name: str) -> str | None:
        """A file of a directory that cannot be read as HCL and may name it."""
        words = (f"{root}.{name}".encode(), name.encode())
        for path in self.project.module_files.get(directory, ()):
            data = self.project.read(path)
            if self.project.document(path) is None and (data is None or words[1] in data):
                return path
        for path in self._json.get(directory, ()):
            data = self.project.read(path)
            if data is None or words[0] in data:
                return path
        return None

    @cached_property
    def _json(self) -> dict[str, list[str]]:
        result: dict[str, list[str]] = {}
        for path in self.project.workspace.files:
            if path.endswith(_JSON_SUFFIXES):
                result.setdefault(posixpath.dirname(path), []).append(path)
        return result

    def inside(self, document: Document, around: Block | For, name: str) -> Iterator[Traversal]:
        """References to ``name`` in a block or an expression."""
        key = (document.path, around.span.start, around.span.end)
        if key not in self._inside:
            self._inside[key] = list(references(document.data, around.node))
        return (r for r in self._inside[key] if r.root == name)

    @cached_property
    def of_files(self) -> dict[str, list[tuple[Document, Call]]]:
        """Calls that read files, by the path that they read; those whose path is not known under their file's base name, with a slash."""
        result: dict[str, list[tuple[Document, Call]]] = {}
        for document, call in self._calls():
            for path in dict.fromkeys(self._paths(document, call)):
                result.setdefault(path, []).append((document, call))
        return result

    def _calls(self) -> Iterator[tuple[Document, Call]]:
        for path, kind in self.project.workspace.files.items():
            data = self.project.read(path) if kind in (Kind.TERRAFORM, Kind.TERRAGRUNT) else None
            if data is None or _READ.search(data) is None:
                continue
            document = self.project.document(path)
            for match in _READ.finditer(data) if document is not None else ():
                found = context_at(document, match.start()) if document is not None else None
                if document is not None and found is not None and isinstance(found.inner, Call) and found.inner.span.start == match.start():
                    yield document, found.inner

    def _paths(self, document: Document, call: Call) -> Iterator[str]:
        directory = posixpath.dirname(document.path)
        is_unit = document.path.endswith(".hcl")
        units = [directory, *(u for u, files in self._units.items() if document.path in files)] if is_unit else [None]
        for unit in units:
            module = self.project.file_module(document.path, unit) if unit is not None else self.project.module(directory)
            self.run.choices = Choices({})
            try:
                path = path_of(self.run, call, self.run.scope(document, module))
            except Absent:
                path = None
            if isinstance(path, str):
                yield path
            else:
                text = document.text(call.arguments[0].span) if call.arguments else ""
                yield "/" + posixpath.basename(text.rstrip('"'))

    @cached_property
    def _units(self) -> dict[str, set[str]]:
        """Files that each Terragrunt unit takes inputs from, by the unit's directory."""
        result: dict[str, set[str]] = {}
        for _, instance in self._instances:
            for module, document, _ in instance.inputs:
                result.setdefault(module.unit or "", set()).add(document.path)
        return result

    @cached_property
    def _instances(self) -> list[tuple[str, Instance]]:
        return [(d, i) for d in self.project.module_files for i in self.project.module(d).instances]

    def file_of(self, document: Document, call: Call) -> str | None:
        """The one file that a call reads, where that is known."""
        paths = list(dict.fromkeys(self._paths(document, call)))
        return paths[0] if len(paths) == 1 and not paths[0].startswith("/") else None

    def readers_of(self, path: str) -> list[tuple[Document, Call]]:
        """Calls that read a file, or may."""
        return [*self.of_files.get(path, ()), *self.of_files.get("/" + posixpath.basename(path), ())]

    @cached_property
    def _set_by(self) -> dict[str, set[str]]:
        result: dict[str, set[str]] = {}
        for directory, instance in self._instances:
            for document, _ in instance.values:
                result.setdefault(document.path, set()).add(directory)
        return result

    @cached_property
    def _given_by(self) -> dict[str, set[str]]:
        result: dict[str, set[str]] = {}
        for directory, instance in self._instances:
            for _, document, _ in instance.inputs:
                result.setdefault(document.path, set()).add(directory)
        return result

    def modules_of(self, path: str, *, inputs: bool) -> set[str]:
        """Directories of the modules whose variables a variable file, or a Terragrunt file's inputs, set."""
        return (self._given_by if inputs else self._set_by).get(path, set())

    def including(self, path: str) -> Iterator[tuple[Document, Block]]:
        """Terragrunt files that include a file, with the block."""
        from refactor.project.terragrunt import parent

        for other, kind in self.project.workspace.files.items():
            document = self.project.document(other) if kind is Kind.TERRAGRUNT else None
            for block in document.body.blocks("include") if document is not None else ():
                scope = (
                    self.run.scope(document, self.project.file_module(other, posixpath.dirname(other))) if document is not None else None
                )
                found = parent(self.run, block, scope) if scope is not None else None
                if document is not None and found is not None and found.path == path:
                    yield document, block
