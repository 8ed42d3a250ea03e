"""What a change touches: files that differ between the merge base and the head, with their content at the merge base.

Everything comes from git's objects; the working tree, the index and HEAD are only read. As ``git diff --merge-base REF`` shows it, the
head is the working tree with what is not committed yet, of files that git tracks; or a commit, as in ``git diff REF...COMMIT``.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from refactor.project.listing import git
from refactor.project.workspace import Workspace

DEEPER = (
    "check out with the whole history: fetch-depth: 0 (actions/checkout of GitHub and Forgejo), GIT_DEPTH: 0 (GitLab), "
    "partial: false and depth: 0 (Woodpecker's clone step), or git fetch --unshallow"
)
_LINK, _SUBMODULE = "120000", "160000"
_RANGE = re.compile(rb"(?m)^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
_BRANCH = re.compile(r"(?!HEAD|@|.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]*")
_OBJECT = re.compile(r"[0-9a-f]{7,64}")
_LARGEST = 8 * 1024 * 1024  # bytes of a blob; larger ones are none that Terraform reads as text
_RAW = ("diff", "--raw", "-z", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--no-relative", "--ignore-submodules=dirty")


@dataclass(frozen=True, slots=True)
class NoChange:
    """Why it cannot be said what a change is. ``text`` says what to do; all of these are wrong usage, or a wrong checkout."""

    text: str


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """``path`` is where it is in the head, ``old`` where it was; None: it is not there (deleted, or new)."""

    path: str | None
    old: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """``base`` is as the user named it, ``merge_base`` a commit; ``head`` a commit, or None for the working tree.

    ``before`` has the changed files as they are at the merge base (None: not there), ``after`` those in which the head differs from the
    working tree.
    """

    root: Path
    base: str
    merge_base: str
    head: str | None
    files: tuple[ChangedFile, ...]
    before: Mapping[str, bytes | None]
    after: Mapping[str, bytes | None]
    submodules: tuple[str, ...] = ()

    @property
    def renames(self) -> Mapping[str, str]:
        """Old path to new one."""
        return {f.old: f.path for f in self.files if f.old is not None and f.path is not None and f.old != f.path}

    def lines(self, path: str) -> frozenset[int]:
        """Numbers of the lines of a file in the head that the change added or altered."""
        file = next((f for f in self.files if f.path == path), None)
        if file is None:
            return frozenset()
        names = dict.fromkeys(name for name in (file.old, file.path) if name is not None)
        shown = git(
            self.root,
            *("--literal-pathspecs", "diff", "-U0", "-M", "--inter-hunk-context=0", "--no-color", "--no-ext-diff", "--no-textconv"),
            *(self.merge_base, *((self.head,) if self.head is not None else ()), "--", *names),
        )
        if isinstance(shown, str):
            return frozenset()
        found: set[int] = set()
        for first, count in _RANGE.findall(shown):
            found.update(range(int(first), int(first) + int(count or b"1")))
        return frozenset(found)

    def versions(self, workspace: Workspace) -> tuple[Workspace, Workspace]:
        """The workspace as it was at the merge base, and as it is in the head."""
        before = {**self.after, **self.before}
        return workspace.at_version(before), workspace.at_version(self.after) if self.after else workspace


def find_change(root: Path, candidates: Sequence[str], head: str | None) -> Change | NoChange:
    """The change from the first of these names that is a commit to ``head`` (None: the working tree).

    ``root`` is the repository's top directory.
    """
    problem = _refused(root)
    if problem is not None:
        return NoChange(problem)
    tip = _commit(root, head or "HEAD")
    if tip is None:
        return NoChange(f"there is no commit {head} here" if head else "there is no commit yet")
    base = next(((name, commit) for name in candidates if (commit := _commit(root, name)) is not None), None)
    if base is None:
        return NoChange(f"there is no commit {candidates[0]} here{_how_to_get(root, candidates[0])}")
    ancestor = git(root, "merge-base", base[1], tip)
    if isinstance(ancestor, str):
        if _is_shallow(root):
            return NoChange(f"the common ancestor of {base[0]} and {head or 'HEAD'} is not in this shallow clone: {DEEPER}")
        return NoChange(f"{base[0]} and {head or 'HEAD'} have no common ancestor")
    merge_base = ancestor.decode().split()[0]
    return _between(root, base[0], merge_base, tip if head is not None else None)


def parents(root: Path, commit: str) -> list[str]:
    """The commit itself, then its parents, also of a shallow clone's last one."""
    found = git(root, "cat-file", "commit", commit)
    lines = found.decode("utf-8", "replace").partition("\n\n")[0].splitlines() if isinstance(found, bytes) else []
    return [commit, *(line.removeprefix("parent ") for line in lines if line.startswith("parent "))]


def blobs(root: Path, commit: str, paths: Iterable[str]) -> dict[str, str]:
    """Object names of files in a commit; those that it does not have are left out."""
    output = git(root, "--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", *paths)
    entries = output.decode("utf-8", "surrogateescape").split("\0")[:-1] if isinstance(output, bytes) else []
    return {path: head.split(" ")[2] for head, _, path in (entry.partition("\t") for entry in entries)}


def _refused(root: Path) -> str | None:
    top = git(root, "rev-parse", "--is-inside-work-tree")
    if top == b"true\n":
        return None
    if isinstance(top, bytes):
        return f"{root} is a repository without a working tree"
    if "dubious ownership" in top:
        return f"git: {top}; if that is right, run: git config --global --add safe.directory {root}"
    if "not a git repository" in top:
        return f"{root} is in no git repository, so nothing says what a change is; `tfmod audit` looks at files as they are"
    return top


def _commit(root: Path, name: str) -> str | None:
    found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}") if name else ""
    return found.decode().strip() if isinstance(found, bytes) else None


def _how_to_get(root: Path, name: str) -> str:
    """What brings a missing commit here; empty where that is anyone's guess."""
    branch = name.rpartition("/")[2]
    ways = []
    if _BRANCH.fullmatch(name) and not _OBJECT.fullmatch(name):
        ways.append(f"git fetch origin {branch}, and give --base origin/{branch}")
    if _is_shallow(root):
        ways.append(DEEPER)
    return f": {'; or '.join(ways)}" if ways else ""


def _is_shallow(root: Path) -> bool:
    return git(root, "rev-parse", "--is-shallow-repository") == b"true\n"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of ``git diff --raw`` (git-diff(1), "Raw output format")."""

    status: str
    old_mode: str
    mode: str
    object: str
    old: str
    path: str


def _between(root: Path, base: str, merge_base: str, head: str | None) -> Change | NoChange:
    entries = _raw(root, "-M", merge_base, *((head,) if head is not None else ()))
    other = _raw(root, "--no-renames", head) if head is not None else []
    if isinstance(entries, str):
        return NoChange(f"git: {entries}")
    if isinstance(other, str):
        return NoChange(f"git: {other}")
    files: list[ChangedFile] = []
    before: dict[str, bytes | None] = {}
    for entry in entries:
        is_new, is_gone = entry.status == "A", entry.status == "D"
        files.append(ChangedFile(None if is_gone else entry.path, None if is_new else entry.old))
        if is_new or entry.status == "R":
            before[entry.path] = None
    before |= _contents(root, merge_base, [e for e in entries if e.status != "A"])
    after: dict[str, bytes | None] = {e.path: None for e in other if e.status == "A"}
    after |= _contents(root, head or "", [e for e in other if e.status != "A"])
    moved = (e for e in entries if _SUBMODULE in (e.old_mode, e.mode))
    return Change(root, base, merge_base, head, tuple(files), before, after, tuple(e.path for e in moved))


def _raw(root: Path, *arguments: str) -> list[_Entry] | str:
    output = git(root, *_RAW, *arguments, "--")
    if isinstance(output, str):
        return output
    return list(_entries(output.decode("utf-8", "surrogateescape").split("\0")[:-1]))


def _entries(fields: Sequence[str]) -> Iterator[_Entry]:
    todo = iter(fields)
    for field in todo:
        old_mode, mode, old_object, _, status = field.removeprefix(":").split(" ")
        old = next(todo)
        path = next(todo) if status[0] in "RC" else old
        if status[0] != "U":  # an unmerged path is told a second time, as what it is
            yield _Entry(status[0], old_mode, mode, old_object, old, path)


def _contents(root: Path, commit: str, entries: Sequence[_Entry]) -> dict[str, bytes | None]:
    """Content of the old sides, which are those of a commit; where a filter makes something else of it (git-crypt, LFS), as a checkout
    would write it. Of a symbolic link, it is the content of the file that it leads to.
    """
    wanted = [e for e in entries if e.old_mode != _SUBMODULE and "\n" not in e.old]
    sizes = git(root, "cat-file", "--batch-check=%(objectsize)", data=b"".join(e.object.encode() + b"\n" for e in wanted))
    counts = sizes.splitlines() if isinstance(sizes, bytes) else []  # "... missing" for one that is not there
    wanted = [e for e, count in zip(wanted, counts, strict=False) if count.isdigit() and int(count) <= _LARGEST]
    output = git(root, "cat-file", "--batch=%(objectsize)", data=b"".join(e.object.encode() + b"\n" for e in wanted)) if wanted else b""
    read = zip((e.old for e in wanted), _batch(output), strict=False) if isinstance(output, bytes) else ()
    found: dict[str, bytes | None] = dict(read)
    for path in _filtered(root, found):
        clear = git(root, "cat-file", "--filters", f"--path={path}", next(e.object for e in wanted if e.old == path))
        if isinstance(clear, bytes):
            found[path] = clear
    links = {e.old: found.pop(e.old) or b"" for e in wanted if e.old_mode == _LINK and e.old in found}
    for path, target in links.items():
        place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target.decode("utf-8", "surrogateescape")))
        content = found.get(place) if place in found else git(root, "cat-file", "blob", f"{commit}:{place}")
        found[path] = content if isinstance(content, bytes) else None
    return found


def _filtered(root: Path, paths: Iterable[str]) -> list[str]:
    """Those whose content in a checkout is not that of the object. Line ends don't count: no finding speaks of them."""
    data = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)
    output = git(root, "check-attr", "-z", "--stdin", "filter", "working-tree-encoding", data=data) if data else b""
    fields = output.decode("utf-8", "surrogateescape").split("\0")[:-1] if isinstance(output, bytes) else []
    set_ones = zip(fields[::3], fields[2::3], strict=True)
    return list(dict.fromkeys(path for path, value in set_ones if value not in ("unspecified", "unset", "")))


def _batch(output: bytes) -> Iterator[bytes]:
    """The contents that ``git cat-file --batch=%(objectsize)`` prints."""
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        size = int(output[at:end])
        yield output[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
