"""A review on a pull request: whether this run may speak for it, the comment, and the suggestions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from refactor.codemod import Codemod
from refactor.delivery.diff import unified
from refactor.delivery.report import Report
from refactor.forges.client import Forge
from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.model import PullRequest
from refactor.review.changes import blobs, parents
from refactor.review.comment import Reviewed, comment
from refactor.review.model import Review
from refactor.review.post import Posted, keep_comment, post_suggestions
from refactor.review.suggest import Suggestion, suggestions
from refactor.review.target import Target

Say = Callable[[str], None]

_NO_ACCESS = frozenset({ForgeReason.NO_TOKEN, ForgeReason.UNAUTHORIZED, ForgeReason.FORBIDDEN, ForgeReason.NOT_FOUND})
_FORK = (
    "a job for a pull request from a fork gets no token that may write: --format github shows findings as annotations without one "
    "(on GitLab, --format gitlab), and docs/review.md has a way to comment on forks"
)


def reviewed(done: Review) -> Reviewed:
    """What the comment tells of a review."""
    fixed = done.fixed
    return Reviewed(
        done.comparison,
        done.change.base,
        done.change.merge_base,
        len(done.change.files),
        fixed.findings if fixed is not None else (),
        unified(fixed.changeset, done.workspace.mode) if fixed is not None else b"",
    )


def publish(
    done: Review, forge: Forge, number: int, kinds: Sequence[type[Codemod]], say: Say, *, name: str, comments: bool, suggests: bool
) -> ForgeError | None:
    """Write what a review of a commit has found on a pull request, unless that is closed or has other commits by now."""
    pull = forge.pull(number)
    if isinstance(pull, ForgeError):
        return pull
    head = done.change.head or ""
    if not pull.is_open:
        say(f"nothing is written on #{number}, which is {pull.state.value}")
        return None
    if pull.head_commit not in parents(done.workspace.root, head):
        say(f"nothing is written on #{number}: it is at {pull.head_commit[:10]} by now, and this is {head[:10]}; the run for that one will")
        return None
    results: list[Posted | ForgeError] = []
    if comments:
        anew = bool(done.comparison.new or done.comparison.unread)
        results.append(keep_comment(forge, pull, name, comment(reviewed(done), forge.limits.body), anew=anew))
    if suggests and not any(isinstance(r, ForgeError) for r in results):
        results.append(post_suggestions(forge, pull, _applicable(done, pull, kinds, say)))
    for result in results:
        if isinstance(result, ForgeError):
            return result
        if result.text:
            say(f"#{number}: {result.text}")
    return None


def explained(error: ForgeError, target: Target, say: Say) -> bool:
    """Say what kept a review from being written; True where that was to be expected, so that it is no failure of the run."""
    if target.fork and error.reason in _NO_ACCESS:
        say(f"nothing is written on #{target.number}: {error.text}; {_FORK}")
        return True
    say(f"nothing is written on #{target.number}: {error}" if target.number else str(error))
    return False


def _applicable(done: Review, pull: PullRequest, kinds: Sequence[type[Codemod]], say: Say) -> list[Suggestion]:
    """The suggestions for files that the pull request's own commit has as they were reviewed: a job may look at a merge with the base."""
    if done.fixed is None:
        return []
    report = Report(done.fixed, "review", tuple(dict.fromkeys(kinds)), done.workspace.raw, done.workspace.mode)
    found = suggestions(report, done.comparison.new, done.lines)
    paths = sorted({s.path for s in found})
    if not paths or done.change.head is None:
        return []
    here = blobs(done.workspace.root, done.change.head, paths)
    there = blobs(done.workspace.root, pull.head_commit, paths)
    other = [path for path in paths if here.get(path) != there.get(path)]
    if other:
        say(f"no suggestions in {', '.join(other)}: merged with the base, the lines are not those of the pull request; rebase it")
    return [s for s in found if s.path not in other]
