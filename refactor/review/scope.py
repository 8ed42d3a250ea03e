"""Which files a change may concern: its own, those of their modules, of the modules that call these, and of those that these call."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator

from refactor.project.kinds import Kind
from refactor.project.modules import is_module_file, local_source
from refactor.project.project import Project

_READERS = frozenset({Kind.TERRAFORM, Kind.TERRAFORM_JSON, Kind.TERRAGRUNT})


def touched(project: Project, paths: Iterable[str]) -> set[str]:
    """Directories of the modules that a change of these files may concern, in one version of the repository."""
    graph = _Graph(project)
    own: set[str] = set()
    for path in paths:
        own |= set(graph.homes(path))
    return _closed(own, graph.callers) | _closed(own, graph.called)


def files_in(project: Project, directories: Iterable[str]) -> set[str]:
    """The files of modules: those in their directories, and below them in directories that are no modules themselves."""
    wanted = set(directories)
    graph = _Graph(project)
    return {path for path in project.workspace.files if graph.home(path) in wanted}


class _Graph:
    """Who calls whom, modules and Terragrunt units alike, by directory."""

    def __init__(self, project: Project) -> None:
        self._project = project
        files = project.workspace.files
        self._grunt = {posixpath.dirname(path) for path, kind in files.items() if kind is Kind.TERRAGRUNT}
        self._places = {*project.module_files, *self._grunt}
        self._units: dict[str, list[str]] = {}
        if self._grunt:
            for directory in project.module_files:
                for unit in project.terragrunt(directory):
                    self._units.setdefault(posixpath.dirname(unit.name), []).append(directory)

    def home(self, path: str) -> str:
        """The module that a file belongs to: the nearest directory above it that is one, else its own."""
        own = directory = posixpath.dirname(path)
        while directory and directory not in self._places:
            directory = posixpath.dirname(directory)
        return directory if directory in self._places else own

    def homes(self, path: str) -> Iterator[str]:
        yield self.home(path)
        files, directory = self._project.workspace.files, posixpath.dirname(path)
        kind = files.get(path)
        if is_module_file(path):
            return
        if kind in (Kind.VALUES, Kind.VALUES_JSON):
            yield from (root for root, found in self._project.variable_files.items() if path in found)
        if kind is Kind.TERRAGRUNT or path.endswith(".hcl"):  # those below may include it
            yield from (d for d in self._grunt if not directory or d == directory or d.startswith(directory + "/"))
        for reader in self._project.workspace.files_with([posixpath.basename(path).encode("utf-8", "surrogateescape")], _READERS):
            yield self.home(reader)

    def callers(self, directory: str) -> Iterator[str]:
        yield from (module.directory for module, _ in self._project.callers(directory))
        yield from (posixpath.dirname(unit.name) for unit in self._project.terragrunt(directory) if self._grunt)

    def called(self, directory: str) -> Iterator[str]:
        module = self._project.module(directory)
        for call in module.calls:
            source = local_source(call, directory)
            if source is not None:
                yield source
        yield from self._units.get(directory, ())


def _closed(start: Iterable[str], step: Callable[[str], Iterable[str]]) -> set[str]:
    """All that is reached from the start, itself included."""
    found = set(start)
    todo = list(found)
    while todo:
        new = set(step(todo.pop())) - found
        found |= new
        todo += new
    return found
