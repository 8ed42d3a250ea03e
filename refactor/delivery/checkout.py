"""The files of a commit in a temporary directory, for a run that does not look at the working tree.

Nothing of this is registered in the repository (no worktree, no ref, no lock), so that there is nothing to clean up in it; the directory
goes when the run ends, also by Ctrl-C. It works in a bare repository. Files are written as ``git checkout`` would, line ends and filters
included, with two exceptions: what git-crypt encrypts stays encrypted, so that no plain text lies in a temporary directory, and Git LFS
downloads nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from refactor.delivery.plumbing import GitFailed, Plumbing, plumbing
from refactor.delivery.repository import GitRepository

GIT_CRYPT = "git-crypt"
"""Its filters are ``git-crypt``, and ``git-crypt-NAME`` for a key that has a name."""


class NoCommit(GitFailed):
    """There is no commit of that name."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """The files of ``commit`` (a full object name) at ``root``; ``name`` is what the commit was asked for by."""

    repository: GitRepository
    root: Path
    commit: str
    name: str


@contextmanager
def checked_out(repository: GitRepository, name: str = "HEAD") -> Iterator[Checkout]:
    """Check a commit out for the time of the context.

    Raises:
        NoCommit: there is no such commit.
        GitFailed: git can't write its files.
    """
    with plumbing(repository) as git:
        commit = resolved_commit(git, name)
        try:
            git.start(commit)
            _write_files(git, commit)
            _make_repository(git, commit)
        except OSError as error:
            raise GitFailed(f"the files of {name} can't be written: {(error.strerror or str(error)).lower()}") from error
        yield Checkout(repository, git.tree, commit, name)


def resolved_commit(git: Plumbing, name: str) -> str:
    """The full object name of a commit.

    Raises:
        NoCommit: there is none.
        GitFailed: git can't look.
    """
    found = None if name.startswith("-") else git.line("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if found is not None:
        return found
    git.run("rev-parse", "--git-dir")  # what keeps git from looking at the repository at all says so itself
    raise NoCommit("the repository has no commit yet" if name == "HEAD" else f"there is no commit {name}")


def _write_files(git: Plumbing, commit: str) -> None:
    names = {value for value in git.filters(git.staged()).values() if value.startswith(GIT_CRYPT)}
    settings = {f"filter.{name}.{key}": value for name in names for key, value in (("smudge", ""), ("process", ""), ("required", "false"))}
    git.index.unlink()
    # Not checkout-index: in a partial clone that would fetch file by file.
    git.run("read-tree", "--reset", "-u", commit, settings=settings)


def _make_repository(git: Plumbing, commit: str) -> None:
    """A ``.git`` of its own, in which git can say what is tracked; the user's repository has another index."""
    place = git.tree / ".git"
    for directory in ("objects", "refs"):
        (place / directory).mkdir(parents=True)
    is_sha256 = git.line("rev-parse", "--show-object-format") == "sha256"
    extension = "\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n" if is_sha256 else "\trepositoryformatversion = 0\n"
    (place / "config").write_text(f"[core]\n{extension}")
    (place / "HEAD").write_text(f"{commit}\n")
    git.index.rename(place / "index")
