"""What is there of a group: its branch with whose commits, and its pull requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from refactor.delivery.plumbing import GitFailed, Plumbing
from refactor.forges.lifecycle import BranchState, PullView, view
from refactor.forges.marker import content_digest, is_ours, read_trailers
from refactor.forges.model import PullRequest

BASE_TRAILER = "Tfmod-Base"
_BASE = re.compile(rf"^{BASE_TRAILER}: *([0-9a-f]{{40,64}}) *$", re.MULTILINE)
_MOST_COMMITS = 100


@dataclass(frozen=True, slots=True)
class _Commit:
    tree: str
    parents: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A branch, and the commit of the base that it is computed on, or has merged; None if it is not the bot's."""

    state: BranchState
    fork: str | None = None


def branch_state(git: Plumbing, head: str, base: str, group: str) -> Seen:
    """Whose commits a branch holds, and what they change.

    Each commit of the bot names the commit of the base that it was computed on, so the history before that need not be there (a shallow
    clone). A merge of the base counts as ours if it is what git makes of it by itself.
    """
    fork: str | None = None
    at = head
    for _ in range(_MOST_COMMITS):
        commit = _commit(git, at)
        if commit is None:
            break
        if len(commit.parents) == 2 and _is_plain_merge(git, commit, base):
            fork = fork or commit.parents[1]
            at = commit.parents[0]
            continue
        if len(commit.parents) != 1 or not is_ours(commit.message, commit.tree, group):
            break
        named = _BASE.search(commit.message)
        at = commit.parents[0]
        if named is not None and named[1] == at:
            fork = fork or at
            return Seen(BranchState(head, True, changed_content(git, fork, head)), fork)
    return Seen(BranchState(head, False, ""))


def changed_content(git: Plumbing, before: str, after: str) -> str:
    """The digest of what leads from a commit to another: each file with its mode and what it was and is.

    What it was counts, so that a branch whose file the base has changed meanwhile is renewed, even if the result is the same: it could not
    be merged as it is.
    """
    return content_digest({path: (mode, f"{old}..{new}") for path, (mode, old, new) in changed_files(git, before, after).items()})


def changed_files(git: Plumbing, before: str, after: str) -> Mapping[str, tuple[str, str, str]]:
    """Each path that differs: its mode, and the object names of its content before and after (zeros: not there)."""
    output = git.run("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", before, after)
    fields = output.decode("utf-8", "surrogateescape").split("\0")[:-1]
    found: dict[str, tuple[str, str, str]] = {}
    for what, path in zip(fields[::2], fields[1::2], strict=True):
        _, mode, old, new, _ = what.removeprefix(":").split(" ")
        found[path] = (mode, old, new)
    return found


def view_of(git: Plumbing, pull: PullRequest) -> PullView:
    """A pull request with what its hidden line says, and the trailers of its head commit, where that is here."""
    commit = _commit(git, pull.head_commit) if pull.head_commit else None
    trailers = read_trailers(commit.message) if commit is not None else None
    return view(pull, trailers.change if trailers is not None else None)


def group_of_head(git: Plumbing, commit: str) -> str | None:
    """The group that the commit at a branch's head names."""
    found = _commit(git, commit)
    trailers = read_trailers(found.message) if found is not None else None
    return trailers.group if trailers is not None else None


def lost_places(git: Plumbing, head: str, fork: str, places: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those places of which a branch proposes something else than what was there: a change that must not vanish because nothing is known
    about it this time.

    A place is a path, and the text that stands there. The branch has replaced a text if it has it less often than the commit that it was
    computed on; of a text that is not in the file as it stands, any change of the file may be the one.
    """
    changed = changed_files(git, fork, head)
    lost: list[tuple[str, str]] = []
    for path, text in places:
        if path not in changed:
            continue
        _, old, new = changed[path]
        before, after, wanted = _blob(git, old), _blob(git, new), text.encode("utf-8", "surrogateescape")
        if not text or wanted not in before or before.count(wanted) > after.count(wanted):
            lost.append((path, text))
    return lost


def _blob(git: Plumbing, name: str) -> bytes:
    return b"" if set(name) == {"0"} else git.run("cat-file", "blob", name)


def _commit(git: Plumbing, name: str) -> _Commit | None:
    try:
        data = git.run("cat-file", "commit", name)
    except GitFailed:
        return None
    head, _, message = data.decode("utf-8", "surrogateescape").partition("\n\n")
    lines = [line.split(" ", 1) for line in head.splitlines() if line.startswith(("tree ", "parent "))]
    return _Commit(next(value for key, value in lines if key == "tree"), tuple(value for key, value in lines if key == "parent"), message)


def _is_plain_merge(git: Plumbing, commit: _Commit, base: str) -> bool:
    ours, theirs = commit.parents
    if git.line("merge-base", "--is-ancestor", theirs, base) is None:
        return False
    merged = git.line("merge-tree", "--write-tree", ours, theirs)
    return merged is not None and merged.splitlines()[0] == commit.tree
