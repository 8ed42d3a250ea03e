"""What the bot does about one group of changes, given what is wanted and what is there. Pure, and total.

A group has one branch, and at most one open pull request. In order:

- Commits of people on the branch are never overwritten: it is left alone, with one comment.
- Open and wanted: brought up to date, if the files or the text differ. Conflicts with the base don't matter, as files are computed anew.
- Open and no longer wanted: closed, saying so in the hidden line of its body.
- Closed by a person, or merged: the same change is not proposed again. Another change of the group is.
- Else a new one, while fewer than the limit are open.

Each step can be repeated: a run that was cut off after the push, or after the pull request was made, is completed by the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from refactor.forges.marker import read_marker
from refactor.forges.model import PullRequest, PullState


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change as computed now on the base branch's newest commit.

    ``change`` is the digest of what a person decides about (addresses and values); ``content`` that of the resulting files
    (:func:`~refactor.forges.marker.content_digest`); ``text`` that of title and body (:func:`~refactor.forges.marker.text_digest`).
    """

    change: str
    content: str
    text: str


@dataclass(frozen=True, slots=True)
class BranchState:
    """The group's branch on the remote. ``ours``: all its commits that the base has not are the bot's own
    (:func:`~refactor.forges.marker.is_ours`), or merges of the base that nobody edited. ``content``: what it changes, as in
    :class:`Wanted`."""

    head: str
    ours: bool
    content: str


@dataclass(frozen=True, slots=True)
class PullView:
    """One pull request from the branch. ``change`` and ``text`` are what its hidden line says, None where it has none.

    ``head_change`` is what the trailers of its head commit say: another change than the hidden line's where a run was cut off between push
    and edit, and the only one where somebody removed that line.
    """

    number: int
    state: PullState
    base: str
    change: str | None
    text: str | None
    closed_by_bot: bool = False
    head_change: str | None = None


def view(pull: PullRequest, head_change: str | None = None) -> PullView:
    """Read a pull request's hidden line. ``head_change``: see :class:`PullView`; None where it is not known."""
    marker = read_marker(pull.body)
    if marker is None:
        return PullView(pull.number, pull.state, pull.base, None, None, head_change=head_change)
    return PullView(pull.number, pull.state, pull.base, marker.change, marker.text, bool(marker.closed), head_change)


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides.

    Attributes:
        wanted: None if the group has nothing to change any more.
        base: the branch that pull requests go into.
        branch: None if the remote has none.
        pulls: all from this branch, in any order.
        told: whether the open one has the bot's comment that it is left alone.
        open_now: how many of the bot's pull requests are open, of all groups; ``most`` is how many may be (None: any number).
        insist: a person asks for this group by name: a change that was declined or merged is proposed again.
    """

    wanted: Wanted | None
    base: str
    branch: BranchState | None = None
    pulls: Sequence[PullView] = ()
    told: bool = False
    open_now: int = 0
    most: int | None = None
    insist: bool = False


class Why(StrEnum):
    """Reasons; :attr:`text` is for people."""

    text: str

    def __new__(cls, value: str, text: str) -> Why:
        member = str.__new__(cls, value)
        member._value_ = value
        member.text = text
        return member

    UP_TO_DATE = "up-to-date", "it is as it should be"
    NOT_NEEDED = "not-needed", "there is nothing to change any more"
    DECLINED = "declined", "this change was closed by a person; another one would be proposed, and a reopened one is kept up to date"
    MERGED = "merged", "this change was merged already; if it was reverted, that was for a reason"
    PUSHED = "pushed", "somebody has pushed to the branch"
    RETARGETED = "retargeted", "it goes into another branch than the base"
    FOREIGN = "foreign", "a branch of this name exists, with commits that are not the bot's"


@dataclass(frozen=True, slots=True)
class Create:
    """Push the branch if ``push``, then open a pull request. ``lease`` is what the remote's branch must be (None: it must not exist).

    ``previous`` is the last one of the group, to be named in the body.
    """

    push: bool
    lease: str | None
    previous: int | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """Push the branch (``lease`` as in :class:`Create`) and edit title and body, as said; one of both at least."""

    number: int
    push: bool
    edit: bool
    lease: str | None


@dataclass(frozen=True, slots=True)
class LeaveAlone:
    """Don't touch it. ``comment``: say so there, as it was not said yet. ``number`` is None where no pull request is open."""

    why: Why
    number: int | None
    comment: bool


@dataclass(frozen=True, slots=True)
class Close:
    """Close it with its marker's ``closed`` set, in one request; then delete the branch if it still is at ``delete``."""

    number: int
    delete: str | None
    why: Why = Why.NOT_NEEDED


@dataclass(frozen=True, slots=True)
class DeleteBranch:
    """Delete a branch of the bot for which there is nothing open, if it still is at ``lease``: an earlier run was cut off."""

    lease: str


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing to do. ``number`` is the pull request that it is about, if any."""

    why: Why
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Postponed:
    """Enough are open; a later run will do it."""

    open_now: int
    most: int


Decision = Create | Update | LeaveAlone | Close | DeleteBranch | Silent | Postponed


def decide(now: Situation) -> Decision:
    """What to do about one group."""
    opened = [pull for pull in now.pulls if pull.state is PullState.OPEN]
    here = [pull for pull in opened if pull.base == now.base]
    if here:
        return _open(now, max(here, key=lambda pull: pull.number))
    if opened:
        elsewhere = max(opened, key=lambda pull: pull.number)
        return LeaveAlone(Why.RETARGETED, elsewhere.number, comment=not now.told)
    return _unneeded(now) if now.wanted is None else _closed(now, now.wanted)


def _open(now: Situation, pull: PullView) -> Decision:
    branch, wanted = now.branch, now.wanted
    if branch is not None and not branch.ours:
        return LeaveAlone(Why.PUSHED, pull.number, comment=not now.told)
    if wanted is None:
        return Close(pull.number, branch.head if branch else None)
    push = branch is None or branch.content != wanted.content
    edit = pull.closed_by_bot or (pull.change, pull.text) != (wanted.change, wanted.text)
    if not push and not edit:
        return Silent(Why.UP_TO_DATE, pull.number)
    return Update(pull.number, push, edit, branch.head if branch else None)


def _unneeded(now: Situation) -> Decision:
    """Nothing is wanted or open. The branch of one that a person closed stays, so that it can be reopened."""
    last = max(now.pulls, key=lambda pull: pull.number, default=None)
    if now.branch is not None and now.branch.ours and (last is None or last.closed_by_bot):
        return DeleteBranch(now.branch.head)
    return Silent(Why.NOT_NEEDED, last.number if last else None)


def _closed(now: Situation, wanted: Wanted) -> Decision:
    """Something is wanted, and nothing is open."""
    last = max(now.pulls, key=lambda pull: pull.number, default=None)
    for pull in sorted(now.pulls, key=lambda pull: -pull.number):
        if wanted.change in (pull.change, pull.head_change) and not pull.closed_by_bot and not now.insist:
            return Silent(Why.MERGED if pull.state is PullState.MERGED else Why.DECLINED, pull.number)
    if now.branch is not None and not now.branch.ours:
        return LeaveAlone(Why.FOREIGN, None, comment=False)
    if now.most is not None and now.open_now >= now.most:
        return Postponed(now.open_now, now.most)
    push = now.branch is None or now.branch.content != wanted.content
    return Create(push, now.branch.head if now.branch else None, last.number if last else None)
