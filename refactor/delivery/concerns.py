"""Findings as a reader counts them: a literal that several places read is one concern, and it keeps its name when lines move."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from refactor.codemod import Finding, Outcome, Place, Rule
from refactor.reasons import Reason

_NUMBER = re.compile(r"\[\d+\]")
_LEFT_OUT = frozenset({Reason.SUPPRESSED, Reason.DESELECTED, Reason.DECLINED})


@dataclass(frozen=True, slots=True)
class Concern:
    """What one rule finds at one place. ``findings`` differ only in who reads the place.

    ``fingerprint`` is 32 hex digits: of the rule, the path, the address and the evidence, and, where all of these are the same, of how
    many such concerns stand above. The line is no part of it, nor are the numbers of blocks and elements.
    """

    rule: Rule
    findings: tuple[Finding, ...]
    fingerprint: str

    @property
    def first(self) -> Finding:
        return self.findings[0]

    @property
    def place(self) -> Place:
        return self.first.place

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f.address for f in self.findings))

    @property
    def readers(self) -> tuple[Place, ...]:
        """Where the place is read, as far as that is not around it."""
        own = self.place
        found = dict.fromkeys(f.read_at for f in self.findings)
        return tuple(p for p in found if p is not None and not (p.path == own.path and p.start <= own.start and own.end <= p.end))

    @property
    def is_open(self) -> bool:
        """Whether it is for this report: neither suppressed nor left out by choice."""
        return self.first.reason not in _LEFT_OUT

    @property
    def is_suppressed(self) -> bool:
        return self.first.reason is Reason.SUPPRESSED

    @property
    def message(self) -> str:
        """What is wrong, what became of it, and how many read the place, in one line."""
        readers = f" (read in {len(self.findings)} places)" if len(self.findings) > 1 else ""
        return one_line(said(self.first) + readers)


def concerns(findings: Iterable[Finding]) -> list[Concern]:
    """The concerns among findings, in their order: whatever has a rule and is not fine."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        if finding.rule is not None and finding.outcome is not Outcome.FINE:
            groups.setdefault(_same(finding), []).append(finding)
    seen: dict[str, int] = {}
    result = []
    for group in groups.values():
        name = "\0".join(_identity(group))
        seen[name] = number = seen.get(name, 0) + 1
        rule = group[0].rule
        if rule is not None:
            text = name if number == 1 else f"{name}\0{number}"
            digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
            result.append(Concern(rule, tuple(group), digest))
    return result


def _same(finding: Finding) -> tuple[object, ...]:
    place = finding.place
    return place.path, place.start, place.end, finding.rule, finding.message, finding.outcome, finding.reason, finding.detail, finding.after


def _identity(group: Sequence[Finding]) -> tuple[str, ...]:
    first = group[0]
    code = first.rule.code if first.rule is not None else ""
    return code, first.place.path, unnumbered(min(f.address for f in group)), evidence(first)


def unnumbered(address: str) -> str:
    """An address without the numbers of blocks and elements, which move with a new one before them."""
    return _NUMBER.sub("[]", address)


def evidence(finding: Finding) -> str:
    """What a finding is about, in one line: it stays the same where only lines move."""
    return " ".join((finding.before if finding.before is not None else finding.message).split())


def said(finding: Finding) -> str:
    """A finding's message, with what became of it."""
    if finding.outcome is Outcome.CHANGED:
        return f"{finding.message}; {change(finding)}"
    if finding.reason is not None:
        return f"{finding.message}; {finding.outcome.value}: {why(finding)}"
    return finding.message + (f" ({finding.detail})" if finding.detail else "")


def change(finding: Finding) -> str:
    """What a changed finding becomes; what it was is said only where its message does not."""
    if finding.before is None or finding.before in finding.message:
        return f"becomes {finding.after}"
    return f"{finding.before} becomes {finding.after}"


def why(finding: Finding) -> str:
    """The reason for leaving something, with its detail."""
    reason = finding.reason.text if finding.reason is not None else ""
    return f"{reason} ({finding.detail})" if finding.detail else reason


def one_line(text: str) -> str:
    """Text without line breaks or other control characters, none of which a line of a report may hold."""
    return "".join(c if c.isprintable() or "\udc80" <= c <= "\udcff" else " " for c in text)
