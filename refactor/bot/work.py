"""What each group would change, computed on the files of the base branch's newest commit. Nothing here asks a forge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from refactor.bot.groups import Group, NameOf, grouped
from refactor.bot.settings import GroupBy
from refactor.codemod import Codemod, Finding, Outcome
from refactor.reasons import Reason
from refactor.run import RunResult, SkippedFile

UNCERTAIN = frozenset(
    {
        Reason.UNREACHABLE,
        Reason.UNAUTHORIZED,
        Reason.RATE_LIMITED,
        Reason.REGISTRY_ERROR,
        Reason.BAD_ANSWER,
        Reason.OFFLINE,
        Reason.METRICS_UNREACHABLE,
        Reason.METRICS_UNAUTHORIZED,
        Reason.METRICS_LIMIT,
        Reason.METRICS_ERROR,
        Reason.METRICS_BAD_ANSWER,
        Reason.CONFLICT,
        Reason.GATE,
    }
)
"""Reasons that say that something could not be found out or done this time, not that there is nothing to change."""

_BROKEN = frozenset({Reason.UNPARSABLE, Reason.UNREADABLE, Reason.UNDECODABLE})


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something of which nothing is known this time: ``text`` is what stands there, empty for a whole file; ``why`` is for people."""

    path: str
    text: str
    why: str


Only = Callable[[str], bool]
"""Whether a file is of the group that is being worked on."""


@dataclass(frozen=True, slots=True)
class Runner:
    """How codemods are made and run here: services, measurements and the lock file are its business. ``execute`` takes the codemods, which
    files are looked at (None: all), and whether the result is to be proposed (``deep`` of :func:`refactor.run.run`)."""

    make: Callable[[str], Codemod]
    execute: Callable[[Sequence[Codemod], Only | None, bool], RunResult]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a group would change, and the classes that ran for it."""

    group: Group
    result: RunResult
    kinds: tuple[type[Codemod], ...]

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What could not be found out this time."""
        found = [
            Doubt(f.place.path, f.before or "", f"{f.before or f.address}: {f.reason.text}")
            for f in self.result.findings
            if f.reason is not None and f.reason in UNCERTAIN and f.outcome in (Outcome.FAILED, Outcome.SKIPPED)
        ]
        return (*found, *(Doubt(s.path, "", f"{s.path}: {s.reason.text}") for s in self.result.skipped if s.reason in _BROKEN))

    @property
    def failed(self) -> int:
        return sum(f.outcome is Outcome.FAILED for f in self.result.findings)


def proposals(groups: Sequence[Group], runner: Runner, name_of: NameOf) -> Iterator[Proposal]:
    """Run the codemods of each group. What is of other groups is neither looked up, nor changed, nor told."""
    for group in groups:
        codemods = [runner.make(name) for name in group.codemods]
        result = runner.execute(codemods, _own(group, name_of), True)
        kinds = tuple(type(c) for c in codemods)
        yield Proposal(group, _narrowed(result, group, name_of), _changing(result, kinds) or kinds)


def discovered(by: GroupBy, codemods: Sequence[str], runner: Runner, name_of: NameOf) -> list[Group]:
    """The groups that there are: one run of everything shows which files have changes, and which of them go together."""
    result = runner.execute([runner.make(name) for name in codemods], None, False)
    return grouped(by, name_of, result.findings, codemods)


def _changing(result: RunResult, kinds: Sequence[type[Codemod]]) -> tuple[type[Codemod], ...]:
    """Those that change something."""
    names = {f.codemod for f in result.findings if f.outcome is Outcome.CHANGED}
    return tuple(kind for kind in kinds if kind.name in names)


def _own(group: Group, name_of: NameOf) -> Only | None:
    members = group.members
    return None if members is None else (lambda path: name_of(path) in members)


def _narrowed(result: RunResult, group: Group, name_of: NameOf) -> RunResult:
    members = group.members
    if members is None:
        return result

    def own(finding: Finding) -> bool:
        return name_of(finding.place.path) in members

    def near(skipped: SkippedFile) -> bool:
        return name_of(skipped.path) in members

    return replace(result, findings=tuple(f for f in result.findings if own(f)), skipped=tuple(s for s in result.skipped if near(s)))
