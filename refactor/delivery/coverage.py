"""How much of what was looked at is fine, by codemod and by what was looked at."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from refactor.codemod import Finding, Outcome
from refactor.reasons import Reason


class Subject(NamedTuple):
    """What a coverage is of: a codemod, and its word for what it looks at, in the singular ("image")."""

    codemod: str
    thing: str


class Look(NamedTuple):
    """One look at one thing. ``what`` is the same for looks at the same thing; ``is_open`` says that it is known not to be fine."""

    subject: Subject
    what: Hashable
    outcome: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of things. ``left`` are those of which nothing is known, or that a comment leaves out."""

    fine: int = 0
    changed: int = 0
    open: int = 0
    left: int = 0

    @property
    def total(self) -> int:
        """Those that are known to be fine or not."""
        return self.fine + self.changed + self.open

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where nothing is known of any."""
        return self.fine / self.total if self.total else None


def look(finding: Finding) -> Look | None:
    """A finding as a look at a thing; None for those about comments and the like, which have none."""
    if not finding.thing:
        return None
    place = finding.read_at or finding.place
    what = (place.path, finding.address)
    opened = is_open(finding.outcome, finding.rule is not None, finding.reason)
    return Look(Subject(finding.codemod, finding.thing), what, finding.outcome, opened)


def is_open(outcome: str, has_rule: bool, reason: str | None) -> bool:
    """Whether a concern stays one, whatever keeps a codemod from resolving it: so an audit and a fix of the same code agree.

    What was skipped without a rule is not known to be wrong; what a comment suppresses, somebody has judged.
    """
    return outcome in (Outcome.FOUND, Outcome.FAILED) or (outcome == Outcome.SKIPPED and has_rule and reason != Reason.SUPPRESSED)


def coverages(looks: Iterable[Look]) -> Mapping[Subject, Coverage]:
    """Coverage by subject, in the order of the looks. A thing with several findings counts once, as the worst of them."""
    worst: dict[tuple[Subject, Hashable], int] = {}
    for one in looks:
        key = (one.subject, one.what)
        worst[key] = max(worst.get(key, 0), _rank(one))
    counts: dict[Subject, list[int]] = {}
    for (subject, _), rank in worst.items():
        counts.setdefault(subject, [0, 0, 0, 0])[rank] += 1
    return {s: Coverage(fine=c[0], left=c[1], changed=c[2], open=c[3]) for s, c in counts.items()}


def percentage(share: float) -> int:
    """A share from 0 to 1 in percent; 100 only where it is all, 0 only where it is nothing."""
    value = round(100 * share)
    return 99 if value == 100 and share < 1 else 1 if value == 0 and share > 0 else value


def _rank(one: Look) -> int:
    if one.is_open:
        return 3
    return 0 if one.outcome == Outcome.FINE else 2 if one.outcome == Outcome.CHANGED else 1
