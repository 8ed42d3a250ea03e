"""One group from what is there to what is done: look, decide, carry out; and look again if somebody else was faster.

Before anything is written, the branch is pushed with a lease: of two bots at once one wins, and the other finds the winner's work when it
looks again. A run that ends between the push and the pull request is completed by the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from refactor.bot.change import Change
from refactor.bot.look import Seen as Branch
from refactor.bot.look import branch_state, lost_places, view_of
from refactor.bot.outcome import Done, Outcome
from refactor.bot.place import Place
from refactor.bot.settings import BotSettings
from refactor.bot.work import Doubt
from refactor.delivery.plumbing import GitFailed, Plumbing
from refactor.delivery.push import push
from refactor.delivery.remote import Rejected, Why
from refactor.forges.client import comment_once
from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.lifecycle import (
    Close,
    Create,
    Decision,
    DeleteBranch,
    LeaveAlone,
    Postponed,
    Silent,
    Situation,
    Update,
    Wanted,
    decide,
)
from refactor.forges.lifecycle import Why as Cause
from refactor.forges.marker import Marker, comment_marker, read_marker, with_marker, without_marker
from refactor.forges.model import NewPull, PullRequest

T = TypeVar("T")

_ATTEMPTS = 4
_BARE = "bare"
"""In the hidden line, in place of the text's digest: the pull request has not got its labels and people yet."""
_FATAL = frozenset(
    {
        ForgeReason.NO_TOKEN,
        ForgeReason.UNAUTHORIZED,
        ForgeReason.ARCHIVED,
        ForgeReason.RATE_LIMITED,
        ForgeReason.UNAVAILABLE,
        ForgeReason.UNREACHABLE,
        ForgeReason.NOT_API,
    }
)
_FATAL_GIT = frozenset({Why.NO_ACCESS, Why.UNREACHABLE, Why.NOT_FOUND})


class Text(Protocol):
    """Title and body of a pull request. ``digest`` is of what matters in them."""

    title: str
    digest: str

    def body(self, limit: int, previous: int | None) -> str: ...


@dataclass(frozen=True, slots=True)
class Task:
    """One group. ``change`` and ``text`` are None if there is nothing to change. ``insist``: see :class:`Situation`."""

    group: str
    branch: str
    change: Change | None = None
    text: Text | None = None
    files: int = 0
    doubts: tuple[Doubt, ...] = ()
    insist: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    branch: Branch | None
    pulls: Mapping[int, PullRequest]
    decision: Decision


class _Again(Exception):
    """Somebody else was faster: look again."""


class _Failed(Exception):
    def __init__(self, error: ForgeError | Rejected | str) -> None:
        super().__init__(str(error) if not isinstance(error, Rejected) else error.text)
        self.fatal = (isinstance(error, ForgeError) and error.reason in _FATAL) or (
            isinstance(error, Rejected) and error.reason in _FATAL_GIT
        )


class Actor:
    """Carries out what is decided. ``open_now`` follows how many of the bot's pull requests are open. ``dry``: only say it."""

    def __init__(self, place: Place, git: Plumbing, settings: BotSettings, open_now: int, *, dry: bool) -> None:
        self._place = place
        self._git = git
        self._settings = settings
        self.open_now = open_now
        self._dry = dry

    def settle(self, task: Task) -> Outcome:
        """Do what is to be done about a group. What a forge or git may answer is an outcome, never an exception."""
        try:
            for attempt in range(_ATTEMPTS):
                if attempt:
                    self._ok_git(self._place.refresh())
                try:
                    return self._carry_out(task, self._look(task))
                except _Again:
                    continue
            return self._outcome(task, Done.FAILED, "somebody else keeps changing the branch or its pull request; run again later")
        except _Failed as failure:
            return replace(self._outcome(task, Done.FAILED, str(failure)), fatal=failure.fatal)
        except GitFailed as failure:
            return self._outcome(task, Done.FAILED, f"git refused: {failure}")

    def _look(self, task: Task) -> _Seen:
        head = self._place.have(task.branch)
        if isinstance(head, Rejected):
            raise _Failed(head)
        found = self._place.forge.find(task.branch)
        if isinstance(found, ForgeError):
            raise _Failed(found)
        branch = branch_state(self._git, head, self._place.commit, task.group) if head is not None else None
        pulls = {pull.number: pull for pull in found}
        wanted = Wanted(task.change.digest, task.change.content, task.text.digest) if task.change and task.text else None
        now = Situation(
            wanted,
            self._place.base,
            branch.state if branch is not None else None,
            [view_of(self._git, pull) for pull in found],
            False,
            self.open_now,
            self._settings.most,
            task.insist,
        )
        decision = decide(now)
        if isinstance(decision, LeaveAlone) and decision.comment and decision.number is not None:
            decision = decide(replace(now, told=self._told(pulls[decision.number], decision)))
        return _Seen(branch, pulls, decision)

    def _told(self, pull: PullRequest, decision: LeaveAlone) -> bool:
        marker = comment_marker(decision.why.value)
        comments, me = _ok(self._place.forge.comments(pull)), _ok(self._place.forge.user())
        return any(c.body.startswith(marker) and c.author.lower() == me.lower() for c in comments)

    def _carry_out(self, task: Task, seen: _Seen) -> Outcome:
        match seen.decision:
            case Create() as create:
                return self._create(task, create)
            case Update() as update:
                return self._held(task, seen) or self._update(task, update, seen.pulls)
            case Close() as close:
                return self._held(task, seen) or self._close(task, close, seen.pulls[close.number])
            case DeleteBranch(lease):
                return self._held(task, seen) or self._delete(task, lease)
            case LeaveAlone() as leave:
                return self._leave(task, leave, seen.pulls.get(leave.number or 0))
            case Postponed(open_now, most):
                return self._outcome(task, Done.POSTPONED, f"{open_now} are open, and the limit is {most}")
            case Silent(why, number):
                done = Done.UP_TO_DATE if why is Cause.UP_TO_DATE else Done.NOTHING if why is Cause.NOT_NEEDED else Done.LEFT
                return self._outcome(task, done, why.text, seen.pulls.get(number or 0))

    def _held(self, task: Task, seen: _Seen) -> Outcome | None:
        """Nothing that was proposed is taken back because a registry or a metrics server did not answer this time."""
        if seen.branch is None or seen.branch.fork is None or not task.doubts:
            return None
        lost = lost_places(self._git, seen.branch.state.head, seen.branch.fork, ((d.path, d.text) for d in task.doubts))
        if not lost:
            return None
        first = next(d for d in task.doubts if (d.path, d.text) in lost)
        more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
        number = seen.decision.number if isinstance(seen.decision, Update | Close) else 0
        return self._outcome(task, Done.HELD, f"left as it is, as this is not known now: {first.why}{more}", seen.pulls.get(number))

    def _create(self, task: Task, create: Create) -> Outcome:
        change, text, place = task.change, task.text, self._place
        if change is None or text is None:
            raise _Failed("there is nothing to propose")
        body = self._body(task, change, text, create.previous)
        title, bare = text.title, self._without_people(body)
        if self._dry:
            self.open_now += 1
            again = f", after #{create.previous}" if create.previous else ""
            return self._outcome(task, Done.CREATED, f"{task.branch} into {place.base}{again}", title=title, body=body)
        if create.push:
            self._push(task.branch, change.built.commit, create.lease)
        made = place.forge.create(NewPull(task.branch, place.base, title, bare, self._settings.draft))
        if isinstance(made, ForgeError):
            if made.reason is ForgeReason.EXISTS:
                raise _Again
            raise _Failed(made)
        self.open_now += 1
        warnings = () if bare == body else self._dressed(made, title, body)
        return replace(self._outcome(task, Done.CREATED, "", made, title=title, body=body), warnings=warnings)

    def _without_people(self, body: str) -> str:
        """The body with which a pull request is made that is to have labels or people: should the run end before they are there, the next
        one finds that its text was never finished."""
        marker, settings = read_marker(body), self._settings
        wants = settings.labels or settings.assignees or settings.reviewers
        return with_marker(body, replace(marker, text=_BARE)) if marker is not None and wants else body

    def _dressed(self, pull: PullRequest, title: str, body: str) -> tuple[str, ...]:
        """Labels and people of a new pull request, and then its own body; what could not be done, though the next run may."""
        forge, settings = self._place.forge, self._settings
        done = (
            ("labels", forge.label(pull, settings.labels)),
            ("assignees", forge.assign(pull, settings.assignees)),
            ("reviewers", forge.request_review(pull, settings.reviewers)),
        )
        failed = [(what, error) for what, error in done if error is not None]
        if not any(error.reason.may_pass for _, error in failed):
            finished = forge.update(pull, title=title, body=body)
            failed += [("description", finished)] if isinstance(finished, ForgeError) else []
        return tuple(f"{what}: {error}" for what, error in failed)

    def _update(self, task: Task, update: Update, pulls: Mapping[int, PullRequest]) -> Outcome:
        change, text, pull = task.change, task.text, pulls[update.number]
        if change is None or text is None:
            raise _Failed("there is nothing to propose")
        body = self._body(task, change, text, max((n for n in pulls if n < pull.number), default=None))
        said = " and ".join(part for part in ("its branch" if update.push else "", "title and body" if update.edit else "") if part)
        marker, warnings = read_marker(pull.body), tuple[str, ...]()
        is_bare = update.edit and marker is not None and marker.text == _BARE
        # Of a branch alone the body says the same as before, and what a person added to it stays.
        if not self._dry:
            if update.push:
                self._push(task.branch, change.built.commit, update.lease)
            if is_bare:
                warnings = self._dressed(pull, text.title, body)
            elif update.edit:
                _ok(self._place.forge.update(pull, title=text.title, body=body))
        said += ", labels and people, which an earlier run did not come to" if is_bare else ""
        done = self._outcome(task, Done.UPDATED, said, pull, title=text.title, body=body if update.edit else "")
        return replace(done, warnings=warnings)

    def _close(self, task: Task, close: Close, pull: PullRequest) -> Outcome:
        if not self._dry:
            marker = read_marker(pull.body) or Marker(task.group, "-", "-")
            note = f"> Closed by tfmod: {close.why.text}. If there is again, a new pull request says so.\n\n"
            body = with_marker(note + without_marker(pull.body), replace(marker, closed=close.why.value))
            _ok(self._place.forge.close(pull, body=body))
            if close.delete is not None:
                self._push(task.branch, None, close.delete, optional=True)
        self.open_now -= 1
        return self._outcome(task, Done.CLOSED, close.why.text, pull)

    def _delete(self, task: Task, lease: str) -> Outcome:
        if not self._dry:
            self._push(task.branch, None, lease, optional=True)
        return self._outcome(task, Done.CLEANED, "an earlier run was cut off")

    def _leave(self, task: Task, leave: LeaveAlone, pull: PullRequest | None) -> Outcome:
        if not leave.comment or pull is None:
            return self._outcome(task, Done.FOREIGN if leave.why is Cause.FOREIGN else Done.LEFT, leave.why.text, pull)
        if not self._dry:
            _ok(comment_once(self._place.forge, pull, comment_marker(leave.why.value), _ALONE[leave.why].format(task.branch), edit=False))
        return self._outcome(task, Done.COMMENTED, leave.why.text, pull)

    def _push(self, branch: str, commit: str | None, lease: str | None, *, optional: bool = False) -> None:
        """``optional``: a branch that somebody has moved meanwhile stays, and that is well."""
        done = push(self._place.remote, branch, commit, lease)
        if isinstance(done, Rejected):
            if optional and done.reason in (Why.LEASE, Why.PROTECTED):
                return
            if done.reason is Why.LEASE:
                raise _Again
            raise _Failed(done)
        branches = {name: at for name, at in self._place.branches.items() if name != branch}
        self._place.branches = branches if commit is None else {**branches, branch: commit}
        if commit is not None:
            self._place.fetched.add(commit)

    def _body(self, task: Task, change: Change, text: Text, previous: int | None) -> str:
        marker = Marker(task.group, change.digest, text.digest)
        limit = self._place.forge.limits.body
        room = limit - len(marker.line()) - 1 if limit else 0
        return with_marker(text.body(room, previous), marker)

    def _outcome(self, task: Task, done: Done, text: str, pull: PullRequest | None = None, *, title: str = "", body: str = "") -> Outcome:
        number, url = (pull.number, pull.url) if pull is not None else (0, "")
        shown = title or (pull.title if pull is not None else "")
        return Outcome(task.group, task.branch, done, text, number, url, shown, body, task.files)

    def _ok_git(self, rejected: Rejected | None) -> None:
        if rejected is not None:
            raise _Failed(rejected)


def _ok(result: T | ForgeError) -> T:
    if isinstance(result, ForgeError):
        raise _Failed(result)
    return result


_ALONE = {
    Cause.PUSHED: (
        "Somebody has pushed to `{0}`, so tfmod leaves this pull request alone from now on, and nothing of yours is overwritten.\n\n"
        "To hand it back, take the commits that are not tfmod's off the branch. To start anew, close this and delete the branch."
    ),
    Cause.RETARGETED: (
        "This pull request goes into another branch than the one that tfmod works on, so tfmod leaves it alone from now on.\n\n"
        "To hand `{0}` back, move the pull request to its old base branch."
    ),
}
