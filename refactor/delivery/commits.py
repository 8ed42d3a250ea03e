"""The commits that a run is to become: one for each codemod, or one for all, each with its message. Nothing here asks git."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from refactor.changeset import FileChange
from refactor.codemod import Codemod
from refactor.delivery.messages import commit_message
from refactor.run import RunResult


@dataclass(frozen=True, slots=True)
class CommitPlan:
    """A commit that is to be made.

    Attributes:
        codemods: the names of those whose work it is, in the order of the run.
        message: subject and body, without trailers.
        trailers: lines ``Key: value`` of the last paragraph (git-interpret-trailers(1)).
        changes: the files, each from what the plan before left to what this one leaves.
    """

    codemods: tuple[str, ...]
    message: str
    changes: tuple[FileChange, ...]
    trailers: tuple[str, ...] = ()

    def text(self, more: Iterable[str] = ()) -> str:
        """The whole message, with more trailers; the same trailer stands once."""
        trailers = dict.fromkeys((*self.trailers, *more))
        return "\n\n".join(part for part in (self.message.rstrip(), "\n".join(trailers)) if part) + "\n"


def commits_of(result: RunResult, codemods: Sequence[type[Codemod]] = (), *, squash: bool = False) -> list[CommitPlan]:
    """The commits of a deep run: one for each codemod that changed something, in the order of the run, or one for all (``squash``).

    ``codemods`` are the classes that ran: a message takes its reasons from them. An empty list: there is nothing to commit.
    """
    if not result.changeset.changes:
        return []
    steps = result.steps
    if squash or len(steps) < 2:
        names = tuple(dict.fromkeys(step.codemod for step in steps)) or tuple(kind.name for kind in codemods)
        return [_plan(result, names, result.changeset.changes, codemods)]
    return [_plan(result, (step.codemod,), step.changeset.changes, codemods) for step in steps]


def _plan(result: RunResult, names: tuple[str, ...], changes: tuple[FileChange, ...], codemods: Sequence[type[Codemod]]) -> CommitPlan:
    kinds = [kind for kind in dict.fromkeys(codemods) if kind.name in names]
    message = commit_message(result, names, files=len(changes), why=[kind.rationale for kind in kinds])
    return CommitPlan(names, message, changes, tuple(f"Tfmod-Codemod: {name}" for name in names))
