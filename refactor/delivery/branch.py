"""A branch with the commits of a run, made beside the user's work: the working tree, the index, the stash and HEAD stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from refactor.delivery.building import BranchRefused, Builder, Refusal, Seal, Source, builder
from refactor.delivery.commits import CommitPlan
from refactor.delivery.plumbing import Plumbing

_MADE = "tfmod: branch created"
_MOVED = "tfmod: branch replaced"


@dataclass(frozen=True, slots=True)
class BranchCreated:
    """A branch on ``base``; ``commit`` is its tip, ``commits`` are all that were made, oldest first (object names in full).

    ``replaced`` is where the branch was before, None for a new one.
    """

    name: str
    commit: str
    base: str
    commits: tuple[str, ...]
    replaced: str | None = None


def commit_on_branch(
    source: Source,
    plans: Sequence[CommitPlan],
    name: str,
    *,
    base: str = "HEAD",
    force: bool = False,
    sign_off: bool = False,
    seal: Seal | None = None,
) -> BranchCreated | BranchRefused:
    """Create branch ``name`` with the commits of ``plans`` on top of ``base``, as :func:`refactor.delivery.building.build` makes them.

    ``force`` replaces a branch that is there, but only one that tfmod has put where it is: a branch that somebody has moved since, or has
    made, is refused, and so is one that is checked out.
    """
    try:
        with builder(source, base) as it:
            return _made(it, plans, name, force=force, sign_off=sign_off, seal=seal)
    except Refusal as refusal:
        return refusal.result


def _made(it: Builder, plans: Sequence[CommitPlan], name: str, *, force: bool, sign_off: bool, seal: Seal | None) -> BranchCreated:
    previous = _previous(it.git, name, force=force)
    built = it.make(plans, sign_off=sign_off, seal=seal)
    # The old value makes it one step for everybody: a branch that came up meanwhile is not overwritten. The log of the ref is what says
    # later whose work the tip is, so it is kept also in a bare repository.
    log = ("--create-reflog", "-m", _MOVED if previous else _MADE)
    it.git.run("update-ref", *log, f"refs/heads/{name}", built.commit, previous, hooks=True)
    return BranchCreated(name, built.commit, built.base, built.commits, previous or None)


def _previous(git: Plumbing, name: str, *, force: bool) -> str:
    """Where the branch is now; empty if it is to be made."""
    ref = f"refs/heads/{name}"
    if name.startswith("-") or name == "HEAD" or git.line("check-ref-format", ref) is None:
        raise Refusal(f"{name!r} can't be the name of a branch")
    previous = git.line("rev-parse", "--verify", "--quiet", ref)
    if previous is None:
        return ""
    if not force:
        raise Refusal(f"there is a branch {name} already; --force replaces it if it is tfmod's, or give another name")
    worktree = ""
    for line in git.run("worktree", "list", "--porcelain").decode("utf-8", "surrogateescape").splitlines():
        worktree = line.removeprefix("worktree ") if line.startswith("worktree ") else worktree
        if line == f"branch {ref}":
            raise Refusal(f"the branch {name} is checked out in {worktree}")
    if git.line("log", "--walk-reflogs", "-1", "--format=%H %gs", ref, "--") not in (f"{previous} {_MADE}", f"{previous} {_MOVED}"):
        raise Refusal(f"the branch {name} is not as tfmod left it: somebody has made or moved it; delete or rename it first")
    return previous
