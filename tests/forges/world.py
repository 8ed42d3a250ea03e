"""A small project on a forge, in memory: branches, pull requests, comments. What the three make-believe forges have in common."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

BOT, PERSON = "tfmod-bot", "ada"
TOKEN = "glpat-or-ghp-0123456789abcdef"
PROJECT = "team/infra"


@dataclass
class FakeNote:
    """A remark on a line."""

    id: int
    path: str
    line: int
    body: str
    author: str
    commit: str


@dataclass
class FakeComment:
    id: int
    body: str
    author: str


@dataclass
class FakePull:
    """``state`` is open, closed or merged; ``title`` is as the forge keeps it, with a draft's prefix where it has one."""

    number: int
    head: str
    base: str
    title: str
    body: str
    author: str
    commit: str
    fork: bool = False
    draft: bool = False
    state: str = "open"
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    comments: list[FakeComment] = field(default_factory=list)
    notes: list[FakeNote] = field(default_factory=list)


@dataclass
class World:
    """``page``: how many elements an answer has at most, whatever is asked for."""

    branches: dict[str, str] = field(default_factory=lambda: {"main": commit_name("main")})
    pulls: list[FakePull] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    people: tuple[str, ...] = (BOT, PERSON, "grace")
    protected: tuple[str, ...] = ("main",)
    archived: bool = False
    page: int = 100
    url: str = ""
    _last: int = 0

    def id(self) -> int:
        self._last += 1
        return self._last

    def push(self, branch: str, content: str) -> str:
        """Make the branch another commit; open pull requests follow."""
        commit = self.branches[branch] = commit_name(f"{branch}:{content}")
        for pull in self.pulls:
            if pull.head == branch and pull.state == "open" and not pull.fork:
                pull.commit = commit
        return commit

    def open(self, head: str, base: str, title: str, body: str, *, author: str = BOT, fork: bool = False, draft: bool = False) -> FakePull:
        commit = self.branches.get(head, commit_name(head))
        pull = FakePull(len(self.pulls) + 1, head, base, title, body, author, commit, fork, draft)
        self.pulls.append(pull)
        return pull

    def duplicate(self, head: str, base: str) -> FakePull | None:
        return next((p for p in self.pulls if p.state == "open" and not p.fork and (p.head, p.base) == (head, base)), None)

    def pull(self, number: str | int) -> FakePull | None:
        return next((p for p in self.pulls if p.number == int(number)), None)


def commit_name(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
