"""A branch with one commit that is exactly a changeset, made beside the user's work.

The commit is built in the object database, on top of HEAD or another commit; the working tree, the index and HEAD stay as they are.
The changeset was computed from the files in the working tree, so each file that it touches must be there as it is in that commit:
other uncommitted changes don't matter, but one in such a file would end up in the commit, and is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from refactor.changeset import FileChange
from refactor.delivery.plumbing import Entry, GitFailed, Plumbing, plumbing
from refactor.delivery.targets import resolved

_EXECUTABLE = "100755"
_REGULAR = ("100644", _EXECUTABLE)
_SUBMODULE = "160000"


@dataclass(frozen=True, slots=True)
class BranchCreated:
    """A branch and its commit on top of ``base`` (object names in full)."""

    name: str
    commit: str
    base: str


@dataclass(frozen=True, slots=True)
class BranchRefused:
    """No branch, and why. ``paths`` are the files that stand in the way, if it is about files."""

    text: str
    paths: tuple[str, ...] = ()


class _Refusal(Exception):
    def __init__(self, text: str, paths: Iterable[str] = ()) -> None:
        super().__init__(text)
        self.result = BranchRefused(text, tuple(sorted(paths)))


def commit_on_branch(
    root: Path,
    changes: Iterable[FileChange],
    name: str,
    message: str,
    *,
    base: str = "HEAD",
    force: bool = False,
) -> BranchCreated | BranchRefused:
    """Create branch ``name`` with one commit of the changes on top of ``base``.

    Author, committer and signature follow git's configuration; so do filters and line ends. ``force`` moves an existing branch, unless
    it is checked out somewhere.
    """
    opened = _opened(root)
    if isinstance(opened, BranchRefused):
        return opened
    try:
        with plumbing(opened) as git:
            return _Commit(git, root.resolve(), base).make(tuple(changes), name, message, force=force)
    except _Refusal as refusal:
        return refusal.result
    except GitFailed as failure:
        return BranchRefused(f"git refused: {failure}")
    except OSError as error:
        return BranchRefused(f"cannot prepare the commit: {(error.strerror or str(error)).lower()}")


def _opened(root: Path) -> Path | BranchRefused:
    """The git directory of the repository whose files are at ``root``."""
    try:
        from git import Repo
        from git.exc import InvalidGitRepositoryError, NoSuchPathError
    except ImportError:  # GitPython's answer where the program is missing
        return BranchRefused("git is not installed")
    try:
        with Repo(root, expand_vars=False) as repository:
            if repository.bare:
                return BranchRefused(f"{root} is a bare repository, without files to change")
            return Path(repository.git_dir).resolve()
    except (InvalidGitRepositoryError, NoSuchPathError):
        return BranchRefused(f"{root} is not a git repository")


class _Commit:
    """One commit in the making."""

    def __init__(self, git: Plumbing, root: Path, base: str) -> None:
        self._git = git
        self._root = root
        self._base_name = base
        self._base = self._resolved_base(base)

    def make(self, changes: tuple[FileChange, ...], name: str, message: str, *, force: bool) -> BranchCreated:
        previous = self._previous(name, force=force)
        self._check_identity()
        entries = self._git.entries(self._base)
        places = self._places(changes, entries)
        self._git.start(self._base)
        self._check_filters(places.values())
        self._check_overlap(changes, places, entries)
        self._git.start(self._base)
        self._git.update(_files(changes, places, entries))
        tree = self._git.run("write-tree").decode().strip()
        if tree == self._git.line("rev-parse", "--verify", f"{self._base}^{{tree}}"):
            raise _Refusal("there is nothing to commit: in git's eyes the files stay the same")
        signing = ["-S"] if self._git.line("config", "--type=bool", "--get", "commit.gpgSign") == "true" else []
        text = (message.rstrip() + "\n").encode("utf-8", "surrogateescape")
        commit = self._git.run("commit-tree", *signing, tree, "-p", self._base, "-F", "-", data=text).decode().strip()
        # The old value makes it one step for everybody: a branch that came up meanwhile is not overwritten.
        self._git.run("update-ref", "-m", "tfmod: branch created", f"refs/heads/{name}", commit, previous, hooks=True)
        return BranchCreated(name, commit, self._base)

    def _resolved_base(self, base: str) -> str:
        found = None if base.startswith("-") else self._git.line("rev-parse", "--verify", "--quiet", f"{base}^{{commit}}")
        if found is not None:
            return found
        self._git.run("rev-parse", "--git-dir")  # what keeps git from looking at the repository at all says so itself
        raise _Refusal("the repository has no commit yet" if base == "HEAD" else f"there is no commit {base}")

    def _previous(self, name: str, *, force: bool) -> str:
        """Where the branch is now; empty if it is to be made."""
        ref = f"refs/heads/{name}"
        if name.startswith("-") or name == "HEAD" or self._git.line("check-ref-format", ref) is None:
            raise _Refusal(f"{name!r} can't be the name of a branch")
        previous = self._git.line("rev-parse", "--verify", "--quiet", ref)
        if previous is None:
            return ""
        if not force:
            raise _Refusal(f"there is a branch {name} already")
        worktree = ""
        for line in self._git.run("worktree", "list", "--porcelain").decode("utf-8", "surrogateescape").splitlines():
            worktree = line.removeprefix("worktree ") if line.startswith("worktree ") else worktree
            if line == f"branch {ref}":
                raise _Refusal(f"the branch {name} is checked out in {worktree}")
        return previous

    def _check_identity(self) -> None:
        for who in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
            if self._git.line("var", who) is None:
                raise _Refusal("git doesn't know who you are: set user.name and user.email with git config")

    def _places(self, changes: Iterable[FileChange], entries: Mapping[str, Entry]) -> Mapping[str, str]:
        """The file in the tree that each path of the changes means, which is another one behind symbolic links."""
        result: dict[str, str] = {}
        outside: list[str] = []
        foreign: list[str] = []
        gone = (change.path if change.moved_from is None else change.moved_from for change in changes if _removes(change))
        links = [path for path in gone if (self._root / path).is_symlink()]
        for path in dict.fromkeys(path for change in changes for path in (change.path, change.moved_from) if path is not None):
            real = resolved(self._root, path)
            if real is None:
                outside.append(path)
                continue
            result[path] = real.relative_to(self._root).as_posix()
            parents = [parent.as_posix() for parent in PurePosixPath(result[path]).parents][:-1]
            if any((at in entries and entries[at].mode == _SUBMODULE) or (self._root / at / ".git").exists() for at in parents):
                foreign.append(path)
        if links:
            raise _Refusal("symbolic links are neither moved nor deleted", links)
        if outside:
            raise _Refusal("files lead out of the repository", outside)
        if foreign:
            raise _Refusal("files are in a submodule or another repository inside this one", foreign)
        return result

    def _check_filters(self, paths: Iterable[str]) -> None:
        """git-crypt's filter encrypts: such a file is never changed, nor made."""
        encrypted = [path for path, value in self._git.filters(paths).items() if value.startswith("git-crypt")]
        if encrypted:
            raise _Refusal("git-crypt encrypts files", encrypted)

    def _check_overlap(self, changes: Iterable[FileChange], places: Mapping[str, str], entries: Mapping[str, Entry]) -> None:
        """The bytes that the changes start from must be the base's, in git's eyes."""
        untracked: list[str] = []
        differing: list[str] = []
        start: dict[str, tuple[bytes, int] | None] = {}
        for change in changes:
            if change.before is None or change.moved_from is not None:
                differing += [change.path] if places[change.path] in entries else []
            if change.before is not None:
                place = places[change.path if change.moved_from is None else change.moved_from]
                entry = entries.get(place)
                if entry is None:
                    untracked.append(place)
                elif entry.mode not in _REGULAR:
                    differing.append(place)
                else:
                    start[place] = (change.before, _permissions(entry))
        if untracked:
            raise _Refusal(f"files are not in {self._base_name} yet; commit them first", untracked)
        self._git.update(start)
        differing += self._git.differing(self._base)
        if differing:
            head = self._base_name == "HEAD"
            text = "files have uncommitted changes; commit or stash them first" if head else f"files differ from {self._base_name}"
            raise _Refusal(text, set(differing))


def _files(
    changes: Iterable[FileChange], places: Mapping[str, str], entries: Mapping[str, Entry]
) -> Mapping[str, tuple[bytes, int] | None]:
    """Every file that the commit changes, with its permissions; None for one that goes."""
    result: dict[str, tuple[bytes, int] | None] = {}
    for change in changes:
        place = places[change.path]
        source = place if change.moved_from is None else places[change.moved_from]
        if change.moved_from is not None:
            result.setdefault(source, None)
        new = None if change.after is None else (change.after, _permissions(entries.get(source)))
        if result.get(place, new) not in (new, None):
            raise _Refusal("paths lead to one file and change it in different ways", (change.path,))
        result[place] = new
    return result


def _removes(change: FileChange) -> bool:
    return change.after is None or change.moved_from is not None


def _permissions(entry: Entry | None) -> int:
    return 0o755 if entry is not None and entry.mode == _EXECUTABLE else 0o644
