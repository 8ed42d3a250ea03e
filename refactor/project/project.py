"""A repository as Terraform sees it: its files, the modules that they make, and the calls between them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from refactor.edits import LineIndex, Span
from refactor.hcl.document import Block, Document
from refactor.hcl.expressions import Expression
from refactor.project.modules import Instance, Module, is_module_file, local_source, local_sources
from refactor.project.values import Unknown
from refactor.reasons import Reason

if TYPE_CHECKING:
    from refactor.project.workspace import Workspace
    from refactor.yaml.document import YamlStream

T = TypeVar("T")


class Project:
    """Everything that codemods read. Nothing here writes.

    ``skips`` collects the files that were wanted and could not be used: path to (reason, detail).
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.skips: dict[str, tuple[Reason, str]] = {}
        self._documents: dict[str, Document | None] = {}
        self._modules: dict[str, Module] = {}
        self._callers: dict[str, list[tuple[Module, Block]]] = {}
        self._lines: dict[str, LineIndex] = {}
        self._streams: dict[tuple[str, Span | None, bool], YamlStream | Unknown] = {}
        self._views: dict[Callable[[Project], Any], Any] = {}

    def view(self, make: Callable[[Project], T]) -> T:
        """What ``make`` makes of this project, made once: codemods of one run share a view that is costly to work out."""
        if make not in self._views:
            self._views[make] = make(self)
        found: T = self._views[make]
        return found

    def selected(self, path: str) -> bool:
        """Whether the user asked about this file: findings elsewhere are not reported, and fixes elsewhere are not made."""
        return self.workspace.selected(path)

    def read(self, path: str) -> bytes | None:
        """Content of a file, or None (then ``skips`` says why, unless there is no such file)."""
        found = self.workspace.read(path)
        if isinstance(found, bytes):
            return found
        if found is not None:
            self.skips.setdefault(path, (found.reason, found.detail))
        return None

    def document(self, path: str) -> Document | None:
        """A parsed HCL file, or None (then ``skips`` says why)."""
        if path not in self._documents:
            data = self.read(path)
            document = Document(path, data) if data is not None else None
            if document is not None and document.error is not None:
                line = document.lines.line(document.error)
                self.skips[path] = (Reason.UNPARSABLE, f"line {line}")
                document = None
            self._documents[path] = document
        return self._documents[path]

    def lines(self, path: str) -> LineIndex:
        """Lines of a file that was read."""
        if path not in self._lines:
            self._lines[path] = LineIndex(self.read(path) or b"")
        return self._lines[path]

    def embedded(self, path: str, span: Span | None, *, template: bool) -> YamlStream | Unknown:
        """A file, or a part of one, read as YAML."""
        key = (path, span, template)
        if key not in self._streams:
            self._streams[key] = self._stream(path, span, template)
        return self._streams[key]

    def _stream(self, path: str, span: Span | None, template: bool) -> YamlStream | Unknown:
        from refactor.yaml.document import YamlStream
        from refactor.yaml.reader import parse

        data = self.read(path)
        if data is None:
            reason, detail = self.skips.get(path, (Reason.NO_VALUE, ""))
            return Unknown(reason, f"{path} {detail}".rstrip())
        start, end = span if span is not None else (0, len(data))
        stream = parse(data, start=start, end=end, template=template)
        if isinstance(stream, YamlStream):
            return stream
        line = LineIndex(data).line(stream.offset)
        return Unknown(Reason.UNPARSABLE, f"{path}:{line}: {stream.detail}")

    @cached_property
    def module_files(self) -> Mapping[str, tuple[str, ...]]:
        """Terraform files by directory."""
        result: dict[str, list[str]] = {}
        for path in self.workspace.files:
            if is_module_file(path):
                result.setdefault(posixpath.dirname(path), []).append(path)
        return {directory: tuple(sorted(paths)) for directory, paths in result.items()}

    def module(self, directory: str) -> Module:
        if directory not in self._modules:
            self._modules[directory] = Module(self, directory, self.module_files.get(directory, ()))
        return self._modules[directory]

    def module_of(self, path: str) -> Module:
        return self.module(posixpath.dirname(path))

    @cached_property
    def _may_call(self) -> Mapping[str, list[str]]:
        """Files that may hold a call, by the directory that they may call."""
        result: dict[str, list[str]] = {}
        for directory, paths in self.module_files.items():
            for path in paths:
                for target in dict.fromkeys(local_sources(self.read(path) or b"", directory)):
                    if target in self.module_files:
                        result.setdefault(target, []).append(path)
        return result

    def file_module(self, path: str, unit: str) -> Module:
        """A Terragrunt file as a module of its own, read on behalf of the unit in a directory."""
        key = f"{path} {unit}"
        if key not in self._modules:
            self._modules[key] = Module(self, path, (path,), unit)
        return self._modules[key]

    def callers(self, directory: str) -> list[tuple[Module, Block]]:
        """The ``module`` blocks in the repository whose source is this directory."""
        if directory not in self._callers:
            found: list[tuple[Module, Block]] = []
            for path in self._may_call.get(directory, ()):
                document, module = self.document(path), self.module_of(path)
                calls = document.body.blocks("module") if document is not None else ()
                found += ((module, call) for call in calls if local_source(call, module.directory) == directory)
            self._callers[directory] = found
        return self._callers[directory]

    def terragrunt(self, directory: str) -> list[Instance]:
        """Terragrunt units that apply this directory."""
        return self._terragrunt.get(directory, [])

    @cached_property
    def _terragrunt(self) -> Mapping[str, list[Instance]]:
        from refactor.project.terragrunt import units

        return units(self)

    @cached_property
    def variable_files(self) -> Mapping[str, tuple[str, ...]]:
        """Variable files by the root module that they belong to."""
        from refactor.project.variables import files_by_root

        return files_by_root(self)

    def variable_files_in(self, directory: str) -> list[str]:
        """Variable files of a directory itself, whether or not it is a module's."""
        return [p for paths in self.variable_files.values() for p in paths if posixpath.dirname(p) == directory]

    def roots(self, directory: str) -> Iterator[Instance]:
        """Instances of a root module: with the variable files that Terraform loads by itself, and with each other one beside them."""
        from refactor.project.variables import root_instances

        return root_instances(self, directory)

    def read_values(self, path: str) -> tuple[Document, Mapping[str, Expression]] | None:
        """Top-level attributes of a variable file."""
        document = self.document(path)
        if document is None:
            return None
        return document, {a.name: a.expression for a in document.body.attributes}

    def search(self, wanted: Callable[[bytes], bool]) -> Iterator[Document]:
        """Parsed Terraform files whose bytes satisfy ``wanted``, in path order."""
        for directory in sorted(self.module_files):
            for path in self.module_files[directory]:
                data = self.read(path)
                if data is not None and wanted(data):
                    document = self.document(path)
                    if document is not None:
                        yield document
