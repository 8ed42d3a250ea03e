"""What a repository looks like: its stacks with their sizes, the tiers of its workloads, and the commit that it is at."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from refactor.codemod import Place
from refactor.delivery.report import Origin
from refactor.project.listing import git
from refactor.project.modules import is_demonstration
from refactor.project.project import Project
from refactor.project.workspace import Workspace

TIER = "tier"
"""The label of a workload, or of its pods, that says how much it matters."""


_COMMIT = 12


@dataclass(frozen=True, slots=True)
class Directory:
    """The Terraform files of a directory; ``stack`` is the root module that alone uses it, else the directory itself."""

    path: str
    stack: str
    bytes: int
    lines: int


@dataclass(frozen=True, slots=True)
class Landscape:
    """Paths are relative to the root, ``.`` for the root itself. ``name`` is the root's; ``commit`` is empty where there is none."""

    name: str = ""
    commit: str = ""
    branch: str = ""
    directories: Sequence[Directory] = ()
    stacks: Mapping[str, str] = field(default_factory=dict)
    tiers: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def directory(self, path: str) -> str:
        """The nearest directory above a file that has Terraform files, else the one that it is in."""
        own = directory = posixpath.dirname(path)
        while directory not in self.stacks and directory:
            directory = posixpath.dirname(directory)
        return (directory if directory in self.stacks else own) or "."

    def stack(self, path: str) -> str:
        """The stack that a file belongs to."""
        directory = self.directory(path)
        return self.stacks.get("" if directory == "." else directory, directory)

    def tier(self, place: Place, address: str) -> str | None:
        """The tier of the workload that an address is in."""
        return self.tiers.get((posixpath.dirname(place.path), address.partition(" / ")[0]))


def landscape(workspace: Workspace | None, origin: Origin | None = None) -> Landscape:
    """The landscape of what was selected; without a workspace there is nothing to see."""
    if workspace is None:
        return Landscape()
    project = Project(workspace)
    stacks = _stacks(project)
    directories = [
        Directory(directory or ".", stacks[directory], *_size(project, paths))
        for directory, paths in sorted(project.module_files.items())
        if any(project.selected(p) for p in paths)
    ]
    name, commit, branch = _version(workspace, origin)
    return Landscape(name, commit, branch, directories, stacks, _tiers(project))


def _version(workspace: Workspace, origin: Origin | None) -> tuple[str, str, str]:
    """The repository's name, its commit and its branch."""
    if origin is not None:
        is_plain = origin.ref == "HEAD" or origin.commit.startswith(origin.ref)
        return origin.name, origin.commit[:_COMMIT], "" if is_plain else origin.ref
    commit = _line(git(workspace.root, "rev-parse", f"--short={_COMMIT}", "HEAD"))
    return workspace.root.name, commit, _line(git(workspace.root, "symbolic-ref", "--short", "--quiet", "HEAD"))


def _line(output: bytes | str) -> str:
    return output.decode("utf-8", "replace").strip() if isinstance(output, bytes) else ""


def _size(project: Project, paths: Iterable[str]) -> tuple[int, int]:
    """Bytes and lines of files that can be read."""
    contents = [project.read(p) or b"" for p in paths]
    return sum(map(len, contents)), sum(c.count(b"\n") + (not c.endswith(b"\n") and c != b"") for c in contents)


def _stacks(project: Project) -> dict[str, str]:
    """The stack of each directory with Terraform files."""
    callers = {
        directory: {m.directory for m, _ in project.callers(directory) if not is_demonstration(m.directory)}
        for directory in project.module_files
    }
    roots: dict[str, frozenset[str]] = {}

    def found(directory: str, above: frozenset[str]) -> frozenset[str]:
        if directory not in roots:
            outer = callers.get(directory, set()) - above - {directory}
            roots[directory] = frozenset().union(*(found(c, above | {directory}) for c in outer)) if outer else frozenset({directory})
        return roots[directory]

    return {d: (next(iter(r)) if len(r := found(d, frozenset())) == 1 else d) or "." for d in project.module_files}


def _tiers(project: Project) -> dict[tuple[str, str], str]:
    """The tier of each workload that has one, by the directory and the address of its resource."""
    from refactor.kubernetes.workloads import Workloads

    result: dict[tuple[str, str], str] = {}
    for workload in project.view(Workloads).all:
        term = workload.object.labels.entries.get(TIER) or workload.pod_labels.entries.get(TIER)
        if term is not None and term.text:
            result[posixpath.dirname(workload.object.path), workload.address] = term.text
    return result
