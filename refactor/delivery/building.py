"""Commits that are exactly a changeset, made in the object database; no ref is made and nothing of the user's is touched.

A changeset was computed from files: of the working tree, or of a commit's checkout. Each file that it touches must be there as it is in
the commit that is built on: other uncommitted changes don't matter, but one in such a file would end up in the commit, and is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from refactor.changeset import FileChange
from refactor.delivery.checkout import GIT_CRYPT, Checkout, NoCommit, resolved_commit
from refactor.delivery.commits import CommitPlan
from refactor.delivery.plumbing import Entry, GitFailed, Plumbing, plumbing
from refactor.delivery.repository import GitRepository, find_repository
from refactor.delivery.targets import resolved

_EXECUTABLE = "100755"
_REGULAR = ("100644", _EXECUTABLE)
_SUBMODULE = "160000"
_UNCOMMITTED = "files have uncommitted changes; commit or stash them first"
_UNSTABLE = (
    "git would store files in another way than they are stored (line ends, filters); commit what git add --renormalize makes of them"
)

Source = Path | Checkout
"""Where the files of the changes were read: a working tree's root, or a commit's checkout."""

Seal = Callable[[CommitPlan, str], Iterable[str]]
"""A plan and the object name of its tree to more trailers of its commit."""


@dataclass(frozen=True, slots=True)
class Built:
    """Commits, oldest first, and the tree of the last one; ``base`` is what the first stands on. Object names are in full."""

    base: str
    commits: tuple[str, ...]
    tree: str

    @property
    def commit(self) -> str:
        return self.commits[-1]


@dataclass(frozen=True, slots=True)
class BranchRefused:
    """Nothing was made, and why. ``paths`` are the files that stand in the way, if it is about files."""

    text: str
    paths: tuple[str, ...] = ()


class Refusal(Exception):
    """Carries a refusal to where it is returned."""

    def __init__(self, text: str, paths: Iterable[str] = ()) -> None:
        super().__init__(text)
        self.result = BranchRefused(text, tuple(sorted(paths)))


def build(
    source: Source, plans: Sequence[CommitPlan], *, base: str = "HEAD", sign_off: bool = False, seal: Seal | None = None
) -> Built | BranchRefused:
    """Make the commits of ``plans``, one on the other, the first on ``base`` (of a checkout, on its commit). No ref leads to them.

    Author, committer and signature follow git's configuration, and so do filters and line ends. ``sign_off`` adds a sign-off also where
    ``format.signOff`` doesn't ask for one. A plan that changes nothing in git's eyes has no commit.
    """
    try:
        with builder(source, base) as it:
            return it.make(plans, sign_off=sign_off, seal=seal)
    except Refusal as refusal:
        return refusal.result


@contextmanager
def builder(source: Source, base: str) -> Iterator[Builder]:
    """What makes commits on ``base``. Whatever goes wrong in the context with git or the disk is a refusal too.

    Raises:
        Refusal: no commit can be made.
    """
    repository = source.repository if isinstance(source, Checkout) else _opened(source)
    try:
        with plumbing(repository) as git:
            if isinstance(source, Checkout):
                yield Builder(git, source.root, source.commit, _UNSTABLE)
            else:
                differs = _UNCOMMITTED if base == "HEAD" else f"files differ from {base}"
                yield Builder(git, source.resolve(), resolved_commit(git, base), differs)
    except NoCommit as failure:
        raise Refusal(str(failure)) from failure
    except GitFailed as failure:
        raise Refusal(f"git refused: {failure}") from failure
    except OSError as error:
        raise Refusal(f"cannot prepare the commit: {(error.strerror or str(error)).lower()}") from error


def _opened(root: Path) -> GitRepository:
    """The repository whose files are at ``root``."""
    found = find_repository(root)
    if isinstance(found, str):
        raise Refusal(found)
    if found.top is None:
        raise Refusal(f"{root} is a bare repository, without files to change; --base REF takes those of a commit")
    if found.top != root.resolve():
        raise Refusal(f"{root} is not a git repository")
    return found


class Builder:
    """Commits in the making, on one base."""

    def __init__(self, git: Plumbing, root: Path, base: str, differs: str) -> None:
        self.git = git
        self.base = base
        self._root = root
        self._differs = differs

    def make(self, plans: Sequence[CommitPlan], *, sign_off: bool = False, seal: Seal | None = None) -> Built:
        """Build the commits.

        Raises:
            Refusal: they can't be made, and why.
            GitFailed: git can't make them.
        """
        git = self.git
        self._check_identity()
        entries = git.entries(self.base)
        places = self._places([change for plan in plans for change in plan.changes], entries)
        git.start(self.base)
        self._check_filters(places.values())
        self._check_start(plans, places, entries)
        git.start(self.base)
        signing = ["-S"] if self._is_set("commit.gpgSign") else []
        signed_off = [self._sign_off()] if sign_off or self._is_set("format.signOff") else []
        modes = {path: entry.mode for path, entry in entries.items()}
        commits: list[str] = []
        parent, start = self.base, git.run("rev-parse", "--verify", f"{self.base}^{{tree}}").decode().strip()
        last = start
        for plan in plans:
            git.update(_files(plan.changes, places, modes))
            tree = git.run("write-tree").decode().strip()
            if tree == last:
                continue
            text = plan.text([*(seal(plan, tree) if seal is not None else ()), *signed_off])
            data = text.encode("utf-8", "backslashreplace")
            parent = git.run("commit-tree", *signing, tree, "-p", parent, "-F", "-", data=data).decode().strip()
            commits.append(parent)
            last = tree
        if last == start:
            raise Refusal("there is nothing to commit: in git's eyes the files stay the same")
        return Built(self.base, tuple(commits), last)

    def _is_set(self, key: str) -> bool:
        return self.git.line("config", "--type=bool", "--get", key) == "true"

    def _check_identity(self) -> None:
        for who in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
            if self.git.line("var", who) is None:
                raise Refusal("git doesn't know who you are: set user.name and user.email with git config")

    def _sign_off(self) -> str:
        ident = self.git.line("var", "GIT_COMMITTER_IDENT") or ""
        return f"Signed-off-by: {ident.rsplit(' ', 2)[0]}"

    def _places(self, changes: Iterable[FileChange], entries: Mapping[str, Entry]) -> Mapping[str, str]:
        """The file in the tree that each path of the changes means, which is another one behind symbolic links."""
        changes = list(changes)
        result: dict[str, str] = {}
        outside: list[str] = []
        foreign: list[str] = []
        gone = (change.path if change.moved_from is None else change.moved_from for change in changes if _removes(change))
        links = {path for path in gone if (self._root / path).is_symlink()}
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
            raise Refusal("symbolic links are neither moved nor deleted", links)
        if outside:
            raise Refusal("files lead out of the repository", outside)
        if foreign:
            raise Refusal("files are in a submodule or another repository inside this one", foreign)
        return result

    def _check_filters(self, paths: Iterable[str]) -> None:
        """git-crypt's filter encrypts: such a file is never changed, nor made."""
        encrypted = {path for path, value in self.git.filters(paths).items() if value.startswith(GIT_CRYPT)}
        if encrypted:
            raise Refusal("git-crypt encrypts files", encrypted)

    def _check_start(self, plans: Iterable[CommitPlan], places: Mapping[str, str], entries: Mapping[str, Entry]) -> None:
        """The bytes that the first change of each file starts from must be the base's, in git's eyes."""
        untracked: set[str] = set()
        differing: set[str] = set()
        start: dict[str, tuple[bytes, int] | None] = {}
        seen: set[str] = set()
        for change in (change for plan in plans for change in plan.changes):
            place = places[change.path]
            source = place if change.moved_from is None else places[change.moved_from]
            if (change.before is None or source != place) and place not in seen and place in entries:
                differing.add(change.path)
            if change.before is not None and source not in seen:
                entry = entries.get(source)
                if entry is None:
                    untracked.add(source)
                elif entry.mode not in _REGULAR:
                    differing.add(source)
                else:
                    start[source] = (change.before, _permissions(entry.mode))
            seen |= {place, source}
        if untracked:
            raise Refusal("files are not in the commit that the branch starts from; commit them first", untracked)
        self.git.update(start)
        differing.update(self.git.differing(self.base))
        if differing:
            raise Refusal(self._differs, differing)


def _files(changes: Iterable[FileChange], places: Mapping[str, str], modes: dict[str, str]) -> Mapping[str, tuple[bytes, int] | None]:
    """Every file that a commit changes, with its permissions; None for one that goes. ``modes`` follows what happens to the files."""
    result: dict[str, tuple[bytes, int] | None] = {}
    new_modes: dict[str, str] = {}
    for change in changes:
        place = places[change.path]
        source = place if change.moved_from is None else places[change.moved_from]
        mode = modes.get(source, "") if change.before is not None else ""
        if change.moved_from is not None:
            result.setdefault(source, None)
        new = None if change.after is None else (change.after, _permissions(mode))
        if result.get(place, new) not in (new, None):
            raise Refusal("paths lead to one file and change it in different ways", (change.path,))
        result[place] = new
        new_modes[place] = mode
    modes.update(new_modes)
    return result


def _removes(change: FileChange) -> bool:
    return change.after is None or change.moved_from is not None


def _permissions(mode: str) -> int:
    return 0o755 if mode == _EXECUTABLE else 0o644
