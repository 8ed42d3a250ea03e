"""What the forges have in common: pull requests (GitLab's merge requests), comments, projects. Plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class PullState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    """Closed without a merge."""
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """One pull request. ``head`` and ``base`` are names of branches of the same project.

    ``title`` is without the prefix that marks a draft where a forge knows drafts by that. ``node`` is GitHub's global id, else empty.
    ``changed`` is when it was last touched, as the forge writes it (RFC 3339).
    """

    number: int
    url: str
    title: str
    body: str
    state: PullState
    draft: bool
    head: str
    head_commit: str
    base: str
    author: str
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    node: str = ""
    changed: str = ""

    @property
    def is_open(self) -> bool:
        return self.state is PullState.OPEN


@dataclass(frozen=True, slots=True)
class NewPull:
    """A pull request to be made, from branch ``head`` into ``base`` of the same project."""

    head: str
    base: str
    title: str
    body: str
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """``path`` is where it is now: another than was asked for, if it has moved. ``may_push`` is None where the forge does not say."""

    path: str
    default_branch: str
    url: str
    archived: bool
    may_push: bool | None


@dataclass(frozen=True, slots=True)
class Branch:
    """``may_push`` is None where the forge does not say."""

    name: str
    commit: str
    protected: bool
    may_push: bool | None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a pull request as a whole."""

    id: int
    body: str
    author: str


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on lines ``first`` to ``line`` of the new version of a file, counted from 1; ``first`` 0: on one line.

    ``suggestion`` is what should stand there instead (without a final newline); None for a remark alone, an empty text to remove the lines.
    """

    path: str
    line: int
    body: str
    first: int = 0
    suggestion: str | None = None

    @property
    def start(self) -> int:
        return self.first or self.line


@dataclass(frozen=True, slots=True)
class InlineComment:
    """A remark as it is. ``line`` is 0 where the forge has none any more (outdated). ``thread`` is GitLab's discussion, else empty."""

    id: int
    path: str
    line: int
    body: str
    author: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """``body`` and ``title`` in characters, 0 for none known; ``suggestions``: whether a reviewer can apply one with a click."""

    title: int
    body: int
    suggestions: bool


def length(text: str) -> int:
    """Characters as the strictest forge counts them: one outside of Unicode's basic plane counts twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_title(title: str, limit: int) -> str:
    """One line of at most ``limit`` characters."""
    line = " ".join(title.split())
    if not limit or length(line) <= limit:
        return line
    while length(line) > limit - 1:
        line = line[:-1]
    return line.rstrip() + "…"


def fenced(info: str, text: str) -> str:
    """A code block that no run of backticks in ``text`` ends (CommonMark, "Fenced code blocks")."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{info}\n{text}\n{fence}" if text else f"{fence}{info}\n{fence}"
