"""Commit messages: what, why, how many, what ``terraform plan`` will show, and what was left, from a template."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence

from refactor.codemod import Finding, Outcome
from refactor.delivery.concerns import one_line
from refactor.delivery.effects import Affected, affected
from refactor.delivery.templates import rendered
from refactor.delivery.text_report import plural
from refactor.reasons import Reason
from refactor.run import RunResult

SUBJECT = 72
"""Characters of a subject that log views still show."""
_LINE = 200
_CHANGES = 20
_ADDRESSES = 8
_PLACES = 3


def commit_message(result: RunResult, codemods: Sequence[str], *, files: int, why: Iterable[str] = ()) -> str:
    """Subject and body for the work of some codemods of a run, which changes so many files. Lists are bounded: a message is for reading."""
    findings = [f for f in result.findings if f.codemod in codemods]
    changed = [f for f in findings if f.outcome is Outcome.CHANGED]
    lines = list(Counter(_change(f) for f in changed).items())
    return rendered(
        "commit_message.txt.j2",
        subject=_subject(codemods, changed, files),
        why=[textwrap.fill(one_line(text), SUBJECT, break_long_words=False, break_on_hyphens=False) for text in why],
        changes=[_short(line) + (f" ({count} times)" if count > 1 else "") for line, count in lines[:_CHANGES]],
        more=max(len(lines) - _CHANGES, 0),
        counts=_counts(findings),
        effects=_effects(changed),
        left=_left(findings),
    )


def _subject(codemods: Sequence[str], changed: Sequence[Finding], files: int) -> str:
    things = {f.thing for f in changed}
    what = plural(len(changed), (things.pop() if len(things) == 1 else "") or "change")
    amount = f"{what} in {plural(files, 'file')}"
    subject = f"{', '.join(codemods)}: {amount}"
    return subject if len(subject) <= SUBJECT else textwrap.shorten(f"tfmod: {plural(len(codemods), 'codemod')}, {amount}", SUBJECT)


def _change(finding: Finding) -> str:
    if finding.after is None:
        return f"{finding.place.path}: {finding.message}"
    before = finding.before if finding.before is not None else finding.message
    return f"{finding.place.path}: {before} -> {finding.after}"


def _counts(findings: Iterable[Finding]) -> str:
    counts = Counter(f.outcome for f in findings)
    shown = (Outcome.CHANGED, Outcome.FINE, Outcome.SKIPPED, Outcome.FAILED)
    return ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in shown if counts[outcome])


def _effects(changed: Iterable[Finding]) -> list[str]:
    """Each kind of effect with the addresses, worst first."""
    found = affected(changed)
    homes = Counter(address for _, address in {one for resources in found.values() for one in resources})
    return [
        f"{kind.value}: {_some([_named(one, homes[one.address] > 1) for one in resources], _ADDRESSES)}"
        for kind, resources in found.items()
    ]


def _named(resource: Affected, is_one_of_several: bool) -> str:
    return resource.address + (f" in {resource.directory or '.'}" if is_one_of_several else "")


def _left(findings: Iterable[Finding]) -> list[str]:
    """Each reason for leaving something, with how many and the first files."""
    by_reason: dict[tuple[Outcome, Reason], list[str]] = {}
    for finding in findings:
        if finding.outcome in (Outcome.SKIPPED, Outcome.FAILED) and finding.reason is not None:
            by_reason.setdefault((finding.outcome, finding.reason), []).append(finding.place.path)
    ranked = sorted(by_reason.items(), key=lambda item: (item[0][0] is not Outcome.FAILED, -len(item[1])))
    return [
        f"{outcome.value}, {reason.text} ({len(paths)}): {_some(list(dict.fromkeys(paths)), _PLACES)}"
        for (outcome, reason), paths in ranked
    ]


def _some(texts: Sequence[str], most: int) -> str:
    shown = ", ".join(_short(text) for text in texts[:most])
    return f"{shown} and {len(texts) - most} more" if len(texts) > most else shown


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _LINE else line[: _LINE - 3] + "..."
