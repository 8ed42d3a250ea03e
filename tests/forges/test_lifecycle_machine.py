"""A bot and a person at work on one group, in any order, the bot cut off at any step: what must hold all the while."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

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
    decide,
)
from refactor.forges.model import PullState

_QUIET = (Silent, Postponed)


@dataclass
class FakeBranch:
    """``change`` is what the trailers of its head say; ``people``: commits that are not the bot's."""

    head: int
    content: str
    change: str
    people: int = 0


class Bot(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.wanted: Wanted | None = None
        self.branch: FakeBranch | None = None
        self.pulls: list[PullView] = []
        self.told: set[int] = set()
        self.declined: set[str] = set()
        self.commits = 0
        self.others = 0

    # What happens to the code

    @rule(change=st.sampled_from("abc"), version=st.integers(0, 2), words=st.integers(0, 1))
    def something_is_wanted(self, change: str, version: int, words: int) -> None:
        self.wanted = Wanted(change, f"{change}{version}", f"{change}{words}")

    @rule()
    def nothing_is_wanted(self) -> None:
        self.wanted = None

    @rule(others=st.integers(0, 3))
    def other_groups_have_some_open(self, others: int) -> None:
        self.others = others

    # What a person does

    @precondition(lambda self: self.branch is not None)
    @rule()
    def person_pushes(self) -> None:
        assert self.branch is not None
        self.commits += 1
        self.branch = replace(self.branch, head=self.commits, people=self.branch.people + 1, content=f"person{self.commits}")

    @precondition(lambda self: self.opened)
    @rule()
    def person_closes(self) -> None:
        self.change_state(self.opened[-1], PullState.CLOSED)

    @precondition(lambda self: self.opened)
    @rule()
    def person_merges(self) -> None:
        self.change_state(self.opened[-1], PullState.MERGED)

    @precondition(lambda self: self.branch is not None and not self.opened and any(p.state is PullState.CLOSED for p in self.pulls))
    @rule()
    def person_reopens(self) -> None:
        last = [p for p in self.pulls if p.state is PullState.CLOSED][-1]
        self.pulls[last.number] = replace(last, state=PullState.OPEN)
        self.declined -= {last.change or "", last.head_change or ""}

    @precondition(lambda self: self.branch is not None)
    @rule()
    def person_deletes_the_branch(self) -> None:
        for pull in self.opened:
            self.change_state(pull, PullState.CLOSED)
        self.branch = None

    @precondition(lambda self: self.opened)
    @rule()
    def person_removes_the_hidden_line(self) -> None:
        pull = self.opened[-1]
        self.pulls[pull.number] = replace(pull, change=None, text=None, closed_by_bot=False)

    # What the bot does

    @rule(most=st.sampled_from([None, 1, 2]))
    def bot_runs(self, most: int | None) -> None:
        now = self.situation(most)
        decision = decide(now)
        self.carry_out(decision, steps=9)
        again = decide(self.situation(most))
        assert isinstance(again, _QUIET) or (isinstance(again, LeaveAlone) and not again.comment), (decision, again)
        if isinstance(decision, Create | Update):
            assert self.wanted is not None and self.branch is not None
            assert (self.branch.content, self.opened[-1].change) == (self.wanted.content, self.wanted.change)

    @rule(most=st.sampled_from([None, 1, 2]), steps=st.integers(0, 1))
    def bot_is_cut_off(self, most: int | None, steps: int) -> None:
        self.carry_out(decide(self.situation(most)), steps)

    @rule()
    def two_bots_decide_at_once(self) -> None:
        """The second acts on what it saw before the first did: its leases and the forge's own rule must stop it."""
        decision = decide(self.situation(None))
        self.carry_out(decision, steps=9)
        self.carry_out(decision, steps=9)

    @invariant()
    def never_two_open(self) -> None:
        assert len(self.opened) <= 1

    # The world

    @property
    def opened(self) -> list[PullView]:
        return [pull for pull in self.pulls if pull.state is PullState.OPEN]

    def change_state(self, pull: PullView, state: PullState) -> None:
        head = self.branch.change if self.branch and not self.branch.people else None
        self.pulls[pull.number] = replace(pull, state=state, head_change=head)
        if not pull.closed_by_bot:
            self.declined |= {pull.change or "", head or ""} - {""}

    def situation(self, most: int | None) -> Situation:
        branch = BranchState(str(self.branch.head), not self.branch.people, self.branch.content) if self.branch else None
        told = bool(self.opened) and self.opened[-1].number in self.told
        return Situation(self.wanted, "main", branch, tuple(self.pulls), told, self.others + len(self.opened), most)

    def carry_out(self, decision: Decision, steps: int) -> None:
        match decision:
            case Create(push, lease):
                assert self.wanted is not None and self.wanted.change not in self.declined, "it came back"
                ready = self.push(lease) if push and steps else not push
                if ready and steps > (1 if push else 0) and not self.opened:  # the forge refuses a second one
                    self.pulls.append(PullView(len(self.pulls), PullState.OPEN, "main", self.wanted.change, self.wanted.text))
            case Update(number, push, edit, lease):
                assert self.wanted is not None
                ready = self.push(lease) if push and steps else not push
                if ready and edit and steps > (1 if push else 0):
                    wanted = self.wanted
                    self.pulls[number] = replace(self.pulls[number], change=wanted.change, text=wanted.text, closed_by_bot=False)
            case Close(number, delete):
                if steps:
                    self.pulls[number] = replace(self.pulls[number], state=PullState.CLOSED, closed_by_bot=True)
                if steps > 1 and delete is not None:
                    self.remove(delete)
            case DeleteBranch(lease):
                if steps:
                    self.remove(lease)
            case LeaveAlone(_, number, comment):
                if comment and steps and number is not None:
                    self.told.add(number)
            case Silent() | Postponed():
                pass

    def push(self, lease: str | None) -> bool:
        """git push --force-with-lease."""
        assert self.wanted is not None
        if lease != (str(self.branch.head) if self.branch else None):
            return False
        assert self.branch is None or not self.branch.people, "a person's commits are lost"
        self.commits += 1
        self.branch = FakeBranch(self.commits, self.wanted.content, self.wanted.change)
        return True

    def remove(self, lease: str) -> None:
        if self.branch is not None and str(self.branch.head) == lease:
            assert not self.branch.people, "a person's commits are lost"
            self.branch = None


Bot.TestCase.settings = settings(max_examples=600, stateful_step_count=40)
TestBot = Bot.TestCase
