"""The decision table of the bot, row by row."""

from __future__ import annotations

import itertools

import pytest

from refactor.forges.lifecycle import (
    BranchState,
    Close,
    Create,
    Decision,
    DeleteBranch,
    LeaveAlone,
    Postponed,
    PullView,
    Silent,
    Situation,
    Update,
    Wanted,
    Why,
    decide,
    view,
)
from refactor.forges.marker import Marker, with_marker
from refactor.forges.model import PullRequest, PullState

OPEN, CLOSED, MERGED = PullState.OPEN, PullState.CLOSED, PullState.MERGED
WANTED = Wanted("change-1", "content-1", "text-1")
OURS = BranchState("head", True, "content-1")
STALE = BranchState("head", True, "content-0")
THEIRS = BranchState("head", False, "content-9")


def pull(
    state: PullState = OPEN,
    *,
    number: int = 5,
    base: str = "main",
    change: str | None = "change-1",
    text: str | None = "text-1",
    closed_by_bot: bool = False,
    head_change: str | None = None,
) -> PullView:
    return PullView(number, state, base, change, text, closed_by_bot, head_change)


ROWS: list[tuple[str, Situation, Decision]] = [
    ("nothing there", Situation(WANTED, "main"), Create(True, None)),
    ("nothing there, nothing wanted", Situation(None, "main"), Silent(Why.NOT_NEEDED)),
    ("pushed, then cut off", Situation(WANTED, "main", OURS), Create(False, "head")),
    ("pushed an older change, then cut off", Situation(WANTED, "main", STALE), Create(True, "head")),
    ("pushed, cut off, and no longer wanted", Situation(None, "main", OURS), DeleteBranch("head")),
    ("a branch of the name is somebody's", Situation(WANTED, "main", THEIRS), LeaveAlone(Why.FOREIGN, None, False)),
    ("somebody's branch, nothing wanted", Situation(None, "main", THEIRS), Silent(Why.NOT_NEEDED)),
    ("open and the same", Situation(WANTED, "main", OURS, [pull()]), Silent(Why.UP_TO_DATE, 5)),
    ("open, files differ", Situation(WANTED, "main", STALE, [pull()]), Update(5, True, False, "head")),
    ("open, text differs", Situation(WANTED, "main", OURS, [pull(text="old")]), Update(5, False, True, "head")),
    ("open, change differs", Situation(WANTED, "main", STALE, [pull(change="old")]), Update(5, True, True, "head")),
    ("open, its hidden line is gone", Situation(WANTED, "main", OURS, [pull(change=None, text=None)]), Update(5, False, True, "head")),
    ("open, its branch is gone", Situation(WANTED, "main", None, [pull()]), Update(5, True, False, None)),
    ("closed by the bot, reopened", Situation(WANTED, "main", OURS, [pull(closed_by_bot=True)]), Update(5, False, True, "head")),
    ("open at the limit is still updated", Situation(WANTED, "main", STALE, [pull()], open_now=9, most=1), Update(5, True, False, "head")),
    ("a person pushed", Situation(WANTED, "main", THEIRS, [pull()]), LeaveAlone(Why.PUSHED, 5, True)),
    ("a person pushed, and was told", Situation(WANTED, "main", THEIRS, [pull()], told=True), LeaveAlone(Why.PUSHED, 5, False)),
    ("a person pushed, nothing wanted", Situation(None, "main", THEIRS, [pull()]), LeaveAlone(Why.PUSHED, 5, True)),
    ("a person pushed, asked for by name", Situation(WANTED, "main", THEIRS, [pull()], insist=True), LeaveAlone(Why.PUSHED, 5, True)),
    ("moved to another base", Situation(WANTED, "main", OURS, [pull(base="dev")]), LeaveAlone(Why.RETARGETED, 5, True)),
    ("moved, nothing wanted", Situation(None, "main", OURS, [pull(base="dev")], told=True), LeaveAlone(Why.RETARGETED, 5, False)),
    ("two bases, ours counts", Situation(WANTED, "main", OURS, [pull(base="dev", number=6), pull()]), Silent(Why.UP_TO_DATE, 5)),
    ("no longer needed", Situation(None, "main", OURS, [pull()]), Close(5, "head")),
    ("no longer needed, branch gone", Situation(None, "main", None, [pull()]), Close(5, None)),
    ("closed by a person", Situation(WANTED, "main", OURS, [pull(CLOSED)]), Silent(Why.DECLINED, 5)),
    ("closed by a person, branch deleted", Situation(WANTED, "main", None, [pull(CLOSED)]), Silent(Why.DECLINED, 5)),
    ("closed, the base moved on", Situation(WANTED, "main", STALE, [pull(CLOSED)]), Silent(Why.DECLINED, 5)),
    ("closed, another change now", Situation(WANTED, "main", STALE, [pull(CLOSED, change="old")]), Create(True, "head", 5)),
    ("closed, another change, branch gone", Situation(WANTED, "main", None, [pull(CLOSED, change="old")]), Create(True, None, 5)),
    (
        "closed between push and edit",
        Situation(WANTED, "main", OURS, [pull(CLOSED, change="old", head_change="change-1")]),
        Silent(Why.DECLINED, 5),
    ),
    ("closed, hidden line gone", Situation(WANTED, "main", OURS, [pull(CLOSED, change=None)]), Create(False, "head", 5)),
    (
        "closed, hidden line gone, known by its commit",
        Situation(WANTED, "main", OURS, [pull(CLOSED, change=None, head_change="change-1")]),
        Silent(Why.DECLINED, 5),
    ),
    (
        "declined two changes ago",
        Situation(WANTED, "main", STALE, [pull(CLOSED), pull(CLOSED, number=7, change="other")]),
        Silent(Why.DECLINED, 5),
    ),
    ("closed, asked for by name", Situation(WANTED, "main", OURS, [pull(CLOSED)], insist=True), Create(False, "head", 5)),
    ("closed, a person's commits on the branch", Situation(WANTED, "main", THEIRS, [pull(CLOSED)]), Silent(Why.DECLINED, 5)),
    (
        "closed, another change, a person's commits",
        Situation(WANTED, "main", THEIRS, [pull(CLOSED, change="old")]),
        LeaveAlone(Why.FOREIGN, None, False),
    ),
    ("closed, nothing wanted: it can be reopened", Situation(None, "main", OURS, [pull(CLOSED)]), Silent(Why.NOT_NEEDED, 5)),
    ("closed by the bot, wanted again", Situation(WANTED, "main", None, [pull(CLOSED, closed_by_bot=True)]), Create(True, None, 5)),
    ("closed by the bot, cut off", Situation(None, "main", OURS, [pull(CLOSED, closed_by_bot=True)]), DeleteBranch("head")),
    ("merged", Situation(None, "main", OURS, [pull(MERGED)]), Silent(Why.NOT_NEEDED, 5)),
    ("merged, and reverted", Situation(WANTED, "main", OURS, [pull(MERGED)]), Silent(Why.MERGED, 5)),
    ("merged, and more to do", Situation(WANTED, "main", STALE, [pull(MERGED, change="old")]), Create(True, "head", 5)),
    ("at the limit", Situation(WANTED, "main", open_now=3, most=3), Postponed(3, 3)),
    ("over the limit", Situation(WANTED, "main", open_now=4, most=3), Postponed(4, 3)),
    ("below the limit", Situation(WANTED, "main", open_now=2, most=3), Create(True, None)),
    ("none may be open", Situation(WANTED, "main", open_now=0, most=0), Postponed(0, 0)),
    ("at the limit, nothing wanted", Situation(None, "main", open_now=3, most=3), Silent(Why.NOT_NEEDED)),
    ("at the limit, declined", Situation(WANTED, "main", None, [pull(CLOSED)], open_now=3, most=3), Silent(Why.DECLINED, 5)),
    ("by name does not pass the limit", Situation(WANTED, "main", open_now=3, most=3, insist=True), Postponed(3, 3)),
]


@pytest.mark.parametrize(("situation", "decision"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_table(situation: Situation, decision: Decision) -> None:
    assert decide(situation) == decision


def every_situation() -> list[Situation]:
    one = [
        pull(state, change=change, closed_by_bot=bot, base=base)
        for state in PullState
        for change in ("change-1", "old", None)
        for bot in (False, True)
        for base in ("main", "dev")
    ]
    pulls: list[list[PullView]] = [
        [],
        *([each] for each in one),
        *([a, PullView(9, b.state, b.base, b.change, b.text)] for a in one for b in one),
    ]
    rest = itertools.product((WANTED, None), (None, OURS, STALE, THEIRS), pulls, (False, True), (None, 0), (False, True))
    return [Situation(w, "main", b, p, told, 0, most, insist) for w, b, p, told, most, insist in rest]


def test_rules_that_hold_in_every_situation() -> None:
    """Exhaustive over two pull requests in every state: some 80,000 situations."""
    for now in every_situation():
        decision = decide(now)
        opened = {p.number for p in now.pulls if p.state is OPEN}
        if isinstance(decision, Create | Update) and now.branch is not None and not now.branch.ours:
            pytest.fail(f"overwrites a person's commits: {now}")
        if isinstance(decision, Create) and (opened or now.wanted is None or now.most == 0):
            pytest.fail(f"makes one too many: {now}")
        if isinstance(decision, Create | Update | Close) and now.branch is not None:
            lease = decision.delete if isinstance(decision, Close) else decision.lease
            assert lease == now.branch.head, now
        if isinstance(decision, Update | Close) and decision.number not in opened:
            pytest.fail(f"touches what is closed: {now}")
        if isinstance(decision, Update):
            assert decision.push or decision.edit, now
        if isinstance(decision, Close | DeleteBranch):
            assert now.wanted is None and (now.branch is None or now.branch.ours), now
        if isinstance(decision, LeaveAlone) and decision.comment:
            assert decision.number in opened and not now.told, now


def test_a_view_is_read_from_the_hidden_line() -> None:
    body = with_marker("text", Marker("g", "c", "t", "not-needed"))
    request = PullRequest(3, "https://forge.example/3", "t", body, CLOSED, False, "tfmod/g", "0" * 40, "main", "bot")
    assert view(request, "h") == PullView(3, CLOSED, "main", "c", "t", True, "h")


def test_a_view_without_a_hidden_line_knows_only_the_commit() -> None:
    request = PullRequest(3, "https://forge.example/3", "t", "mine", OPEN, False, "tfmod/g", "0" * 40, "main", "bot")
    assert view(request, "h") == PullView(3, OPEN, "main", None, None, False, "h")
