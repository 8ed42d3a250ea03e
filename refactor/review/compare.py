"""New and resolved: findings of two versions, told apart by rule, file, address and evidence, never by lines."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from refactor.codemod import Finding, Outcome, Severity
from refactor.delivery.concerns import Concern, concerns, evidence, unnumbered
from refactor.run import RunResult, SkippedFile

Key = tuple[str, ...]

ChangedLines = Callable[[str], frozenset[int]]
"""A file of the head to the numbers of the lines that the change added or altered."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``old`` counts the concerns that both versions have. ``unread`` are files that cannot be read in the head, and could before;
    ``unknown`` those with new findings that could not be read before: whatever is found in them counts as new. ``left`` are things that
    nothing can be said about in the head, and that were not there before.
    """

    new: tuple[Concern, ...]
    resolved: tuple[Concern, ...]
    old: int
    unread: tuple[SkippedFile, ...] = ()
    unknown: tuple[str, ...] = ()
    left: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(f for c in self.new for f in c.findings)

    def reaches(self, threshold: Severity) -> bool:
        """Whether a new finding is at least that severe."""
        order = list(Severity)
        return any(order.index(c.rule.severity) >= order.index(threshold) for c in self.new)


def compare(before: RunResult, after: RunResult, renames: Mapping[str, str], changed: ChangedLines) -> Comparison:
    """What ``after`` has that ``before`` has not, and the other way round; only open findings count.

    ``renames`` maps a file's path before to that after. Of several that look alike, those in changed lines are the new ones. What moved to
    another file of its module unchanged is not new.
    """
    old, new = list(_open(before)), list(_open(after))
    total = len(new)
    for key in (_in_file, _in_module):
        old, new = _unmatched(old, new, key, renames, changed)
    lost = {s.path for s in after.skipped}
    old = [c for c in old if renames.get(c.place.path, c.place.path) not in lost]
    unread_before = {renames.get(s.path, s.path) for s in before.skipped}
    unread = tuple(s for s in after.skipped if s.path not in unread_before)
    unknown = (unread_before - lost) & {c.place.path for c in new}
    return Comparison(tuple(new), tuple(old), total - len(new), unread, tuple(sorted(unknown)), _left(before, after, renames))


def _left(before: RunResult, after: RunResult, renames: Mapping[str, str]) -> tuple[Finding, ...]:
    known = {_unsaid(f, renames) for f in before.findings}
    return tuple(f for f in after.findings if f.reason is not None and not f.reason.is_choice and _unsaid(f, {}) not in known)


def _unsaid(finding: Finding, renames: Mapping[str, str]) -> Key:
    path = finding.place.path
    return renames.get(path, path), finding.address, finding.message, finding.reason.value if finding.reason is not None else ""


def identity(finding: Finding) -> Key:
    """What tells a finding of the head from others, also after a codemod of the same run has moved its lines."""
    return (finding.rule.code if finding.rule is not None else "", finding.place.path, finding.address, evidence(finding))


def _open(result: RunResult) -> Iterable[Concern]:
    return (c for c in concerns(result.findings) if c.first.outcome is Outcome.FOUND)


def _in_file(concern: Concern, path: str) -> Key:
    return concern.rule.code, path, _address(concern, path), evidence(concern.first)


def _in_module(concern: Concern, path: str) -> Key:
    return concern.rule.code, posixpath.dirname(path), _address(concern, posixpath.dirname(path)), evidence(concern.first)


def _address(concern: Concern, place: str) -> str:
    """Where a concern is, without the numbers of blocks and elements.

    A finding about a file as a whole has its path for an address.
    """
    address = min(concern.addresses)
    return place if address == concern.place.path else unnumbered(address)


def _unmatched(
    old: Iterable[Concern], new: Iterable[Concern], key: Callable[[Concern, str], Key], renames: Mapping[str, str], changed: ChangedLines
) -> tuple[list[Concern], list[Concern]]:
    """What is left of both sides when those with the same key have cancelled each other."""
    before: dict[Key, list[Concern]] = {}
    after: dict[Key, list[Concern]] = {}
    for concern in old:
        before.setdefault(key(concern, renames.get(concern.place.path, concern.place.path)), []).append(concern)
    for concern in new:
        after.setdefault(key(concern, concern.place.path), []).append(concern)
    old_left = [c for k, group in before.items() for c in group[len(after.get(k, ())) :]]
    new_left = []
    for name, group in after.items():
        known = len(before.get(name, ()))
        if known and known < len(group):
            group = sorted(group, key=lambda c: c.place.line in changed(c.place.path))
        new_left += group[known:]
    return old_left, sorted(new_left, key=lambda c: (c.place.path, c.place.start))
