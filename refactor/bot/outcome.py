"""What became of one group in a run. Plain values, for reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Done(StrEnum):
    """What was done about a group; in a dry run, what would be."""

    CREATED = "created"
    UPDATED = "updated"
    CLOSED = "closed"
    CLEANED = "branch-deleted"
    COMMENTED = "commented"
    LEFT = "left-alone"
    UP_TO_DATE = "up-to-date"
    NOTHING = "nothing"
    HELD = "held"
    POSTPONED = "postponed"
    FOREIGN = "foreign-branch"
    FAILED = "failed"

    @property
    def is_action(self) -> bool:
        return self in (Done.CREATED, Done.UPDATED, Done.CLOSED, Done.CLEANED, Done.COMMENTED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``text`` is a clause for people; ``number`` and ``url`` are of the pull request, 0 and empty where there is none.

    ``warnings`` are things asked for that could not be done, beside what was done (a label, a reviewer). ``fatal``: the same would happen
    to every other group. ``title`` and ``body`` are what the pull request says, where it is made or edited.
    """

    group: str
    branch: str
    done: Done
    text: str = ""
    number: int = 0
    url: str = ""
    title: str = ""
    body: str = ""
    files: int = 0
    warnings: tuple[str, ...] = ()
    fatal: bool = False

    @property
    def is_failure(self) -> bool:
        return self.done in (Done.FAILED, Done.HELD, Done.FOREIGN) or bool(self.warnings)
