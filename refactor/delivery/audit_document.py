"""The audit of a whole repository as a document: what ``tfmod concerns`` writes.

Every number and every place in it is that of a finding. A finding that is no concern is counted, once, as fine, as accepted or as not
judged; one that is stands in exactly one list of files. (How findings of one place become one concern in other reports is not said here,
but in :mod:`refactor.delivery.concerns`.)
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from refactor import __version__
from refactor.codemod import Codemod, Finding, Outcome, Rule, Severity
from refactor.delivery import audit_texts as texts
from refactor.delivery.audit_files import Listing, Places
from refactor.delivery.coverage import Coverage, Look, Subject, coverages, look, percentage
from refactor.delivery.effects import counted
from refactor.delivery.landscape import Landscape, landscape
from refactor.delivery.markdown_text import code, text
from refactor.delivery.report import Report
from refactor.delivery.templates import rendered
from refactor.delivery.text_report import plural, severities_of
from refactor.reasons import Reason

_SENTENCES = 2  # of a rationale
_STACKS = 12
_DETAILS = 3
_SEVERITIES = tuple(reversed(Severity))


@dataclass(frozen=True, slots=True)
class Part:
    """Findings of one concern that have the same prospect: ``count`` of them, in ``files``; ``says`` is what is to become of them."""

    count: int
    says: str
    files: Sequence[Listing]


@dataclass(frozen=True, slots=True)
class Entry:
    """One concern of the document, each text in Markdown."""

    theme: texts.Theme
    title: str
    rule: str
    severity: str
    issue: str
    impact: str
    fixes: Sequence[str]
    parts: Sequence[Part]
    count: int
    changed: int


@dataclass(frozen=True, slots=True)
class Audit:
    """What the document is made of. ``report`` has the findings with their prospects; ``wanted`` says which of them are asked about;
    ``asking`` names the codemods that would look something up; ``arguments`` follow the name of a codemod in a command."""

    report: Report
    wanted: Callable[[Finding], bool] = lambda _: True
    asking: frozenset[str] = frozenset()
    arguments: Sequence[str] = ()

    @property
    def findings(self) -> Sequence[Finding]:
        return self.report.result.findings

    def command(self, codemod: str, *more: str) -> str:
        return code(shlex.join(["tfmod", codemod, *self.arguments, *more]))


def document(audit: Audit) -> str:
    """The document, in Markdown."""
    report = audit.report
    land = landscape(report.workspace, report.origin)
    places = Places(report.read)
    concerns = [f for f in audit.findings if _is_concern(f) and audit.wanted(f)]
    entries = [*_unused(audit), *_entries(audit, concerns, places)]
    themes = [(theme, [e for e in entries if e.theme == theme]) for theme in texts.THEMES]
    page = rendered(
        "concerns.md.j2",
        date=report.now().date().isoformat(),
        version=__version__,
        repository=_repository(land),
        summary=_summary(concerns, entries),
        entries=entries,
        themes=[(theme, own) for theme, own in themes if own],
        accepted=_accepted(audit, places),
        left=_left(audit, places),
        stacks=_stacks(concerns, land),
        severities=[s for s in _SEVERITIES if any(f.rule and f.rule.severity is s for f in concerns)],
        coverage=[_covered(subject, counts) for subject, counts in _coverage(audit).items()],
        has_readers=any(listing.has_readers for e in entries for part in e.parts for listing in part.files),
    )
    return page + "\n"


def _is_concern(finding: Finding) -> bool:
    return finding.rule is not None and finding.outcome is not Outcome.FINE and finding.reason is not Reason.SUPPRESSED


def _repository(land: Landscape) -> str:
    at = f", at {code(land.commit)}" if land.commit else ""
    return code(land.name) + at + (f" ({code(land.branch)})" if land.branch else "")


def _summary(concerns: Sequence[Finding], entries: Sequence[Entry]) -> str:
    if not entries:
        return "Nothing was found."
    severities = Counter(f.rule.severity for f in concerns if f.rule is not None)
    each = ", ".join(severities_of(severities))
    files = plural(len({f.place.path for f in concerns}), "file")
    changed = sum(f.outcome is Outcome.CHANGED for f in concerns)
    return f"{plural(len(concerns), 'finding')} in {files} ({each}), of which codemods resolve {changed}." if concerns else ""


# --- Concerns


def _entries(audit: Audit, concerns: Sequence[Finding], places: Places) -> list[Entry]:
    rules: dict[str, list[Finding]] = {}
    for finding in concerns:
        rules.setdefault(finding.rule.code if finding.rule else "", []).append(finding)
    kinds = {rule.code: kind for rule, kind in audit.report.rules()}
    looks = map(look, audit.findings)
    totals = {s: _total(c) for s, c in coverages(one for one in looks if one is not None).items()}
    entries = [_entry(audit, rule, found, kinds.get(code), totals, places) for code, found in rules.items() if (rule := found[0].rule)]
    return sorted(entries, key=lambda e: (_SEVERITIES.index(Severity(e.severity)), -e.count, e.rule))


def _total(counts: Coverage) -> int:
    return counts.total + counts.left


def _entry(
    audit: Audit, rule: Rule, found: Sequence[Finding], kind: type[Codemod] | None, totals: dict[Subject, int], places: Places
) -> Entry:
    words = texts.RULES.get(rule.code) or texts.Words(texts.OTHER, rule.name.replace("-", " ").capitalize())
    groups: dict[tuple[Outcome, Reason | None], list[Finding]] = {}
    for finding in found:
        groups.setdefault((finding.outcome, finding.reason), []).append(finding)
    ordered = sorted(groups.values(), key=lambda g: (g[0].outcome is not Outcome.CHANGED, -len(g), g[0].reason or ""))
    fixes = [_fix(audit, group, kind, words, whole=len(ordered) == 1) for group in ordered]
    parts = [Part(len(g), _prospect(g[0]), places.listings(g)) for g in ordered]
    return Entry(
        theme=words.theme,
        title=words.title,
        rule=rule.code,
        severity=rule.severity.value,
        issue=f"{_amount(found, totals)}: {text(rule.summary)}.",
        impact=words.impact or text(_shortened(kind.rationale if kind is not None else rule.summary + ".")),
        fixes=fixes,
        parts=parts,
        count=len(found),
        changed=sum(f.outcome is Outcome.CHANGED for f in found),
    )


def _amount(found: Sequence[Finding], totals: dict[Subject, int]) -> str:
    """``7 of 131 containers and 4 of 4 init containers``."""
    things: dict[Subject, set[object]] = {}
    for finding in found:
        one = look(finding)
        if one is not None:
            things.setdefault(one.subject, set()).add(one.what)
    if not things:
        return plural(len(found), "place")
    shown = " and ".join(
        f"{len(own)} of {plural(totals[s], s.thing)}" for s, own in sorted(things.items(), key=lambda t: (-totals[t[0]], t[0]))
    )
    counted = sum(map(len, things.values()))
    return shown if counted == len(found) else f"{shown} ({plural(len(found), 'finding')})"


def _shortened(rationale: str) -> str:
    """Its first sentences, without the source."""
    said = rationale.partition("Source:")[0].strip()
    sentences = said.split(". ")
    return ". ".join(sentences[:_SENTENCES]).rstrip(".") + "."


def _fix(audit: Audit, group: Sequence[Finding], kind: type[Codemod] | None, words: texts.Words, *, whole: bool) -> str:
    """What to do about findings with the same prospect."""
    first = group[0]
    count = "all of them" if whole and len(group) > 1 else "it" if whole else str(len(group))
    if first.outcome is Outcome.CHANGED:
        plan = _plan(group)
        asked = " It asks registries first, and leaves what they do not know." if first.codemod in audit.asking else ""
        return f"{audit.command(first.codemod)} changes {count}{plan}.{asked}"
    if first.reason is None:
        return words.advice or (f"{audit.command(first.codemod)} says more." if kind is not None else "Somebody has to decide.")
    detail = _detail(group)
    if first.reason is Reason.NO_SOURCE:
        return f"{audit.command(first.codemod)} changes {count} as soon as it is told how much ({detail or text(first.reason.text)})."
    who = "" if first.reason.is_choice else " to a person"
    return f"{audit.command(first.codemod)} leaves {count}{who}: {text(first.reason.text)}{f' ({detail})' if detail else ''}."


def _plan(group: Sequence[Finding]) -> str:
    shown = counted(group)
    return f" (`terraform plan` will show {shown})" if shown else ""


def _detail(group: Sequence[Finding]) -> str:
    """What else is said of them, the most frequent first."""
    counts = Counter(f.detail for f in group if f.detail)
    ranked = sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    several = len(counts) > 1
    shown = [text(detail) + (f" ({count} times)" if several and count > 1 else "") for detail, count in ranked[:_DETAILS]]
    return "; ".join([*shown, *([f"and {len(counts) - _DETAILS} more"] if len(counts) > _DETAILS else [])])


def _prospect(finding: Finding) -> str:
    if finding.outcome is Outcome.CHANGED:
        return f"changed by {code(f'tfmod {finding.codemod}')}"
    return text(finding.reason.text) if finding.reason is not None else "for a person"


def _unused(audit: Audit) -> list[Entry]:
    """Files that could not be used, by reason."""
    groups: dict[Reason, list[Listing]] = {}
    for skipped in audit.report.result.skipped:
        groups.setdefault(skipped.reason, []).append(Listing(code(skipped.path), "", text(skipped.detail)))
    entries = []
    for reason, files in groups.items():
        words = texts.of_file(reason)
        issue = f"{plural(len(files), 'file')}: {text(reason.text)}."
        part = Part(len(files), text(reason.text), files)
        entries.append(Entry(words.theme, words.title, "", "", issue, words.impact, [words.advice], [part], len(files), 0))
    return sorted(entries, key=lambda e: (-e.count, e.title))


# --- What is no concern


def _accepted(audit: Audit, places: Places) -> list[tuple[str, Sequence[Listing]]]:
    """What comments suppress, by rule and reason."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in audit.findings:
        if finding.rule is not None and finding.reason is Reason.SUPPRESSED and audit.wanted(finding):
            groups.setdefault((finding.rule.code, finding.rule.name, finding.detail), []).append(finding)
    shown = sorted(groups.items())
    return [(f"{code(number)} {text(name)}: {text(detail)}", places.listings(found)) for (number, name, detail), found in shown]


def _left(audit: Audit, places: Places) -> list[Part]:
    """What could not be judged, by codemod and reason."""
    groups: dict[tuple[str, str, Reason], list[Finding]] = {}
    for finding in audit.findings:
        if finding.rule is None and finding.reason is not None and audit.wanted(finding):
            groups.setdefault((finding.codemod, finding.thing, finding.reason), []).append(finding)
    parts = []
    for (codemod, thing, reason), found in sorted(groups.items(), key=lambda g: (g[0][0], -len(g[1]), g[0][1:])):
        detail = _detail(found)
        says = f"{plural(len(found), thing or 'place')} ({code(codemod)}): {text(reason.text)}{f' ({detail})' if detail else ''}"
        parts.append(Part(len(found), says, places.listings(found)))
    return parts


# --- Numbers


def _coverage(audit: Audit) -> dict[Subject, Coverage]:
    """Of everything that was looked at, also by rules that were not asked about: what they say is not judged here."""
    shown = {f.codemod for f in audit.findings if audit.wanted(f)}
    looks = (_asked(f, one, audit) for f in audit.findings if f.codemod in shown and (one := look(f)) is not None)
    return dict(sorted(coverages(looks).items()))


def _asked(finding: Finding, one: Look, audit: Audit) -> Look:
    if finding.outcome is Outcome.FINE:
        return one
    is_open = _is_concern(finding) and audit.wanted(finding)
    return one._replace(is_open=is_open, outcome=Outcome.FOUND if is_open else Outcome.SKIPPED)


def _covered(subject: Subject, counts: Coverage) -> tuple[str, ...]:
    share = "-" if counts.share is None else f"{percentage(counts.share)}%"
    things = text(plural(2, subject.thing)[2:])
    return things, code(subject.codemod), *map(str, (_total(counts), counts.fine, counts.open, counts.left)), share


def _stacks(concerns: Iterable[Finding], land: Landscape) -> list[tuple[str, Counter[Severity], int]]:
    """Stacks by findings, the most first; the rest in one row."""
    counts: dict[str, Counter[Severity]] = {}
    for finding in concerns:
        if finding.rule is not None:
            counts.setdefault(land.stack(finding.place.path), Counter())[finding.rule.severity] += 1
    if len(counts) < 2:
        return []
    ranked = sorted(counts.items(), key=lambda c: (-c[1].total(), c[0]))
    rows = [(code(name), own, own.total()) for name, own in ranked[:_STACKS]]
    others = sum((own for _, own in ranked[_STACKS:]), Counter[Severity]())
    return [*rows, (f"{len(ranked) - _STACKS} others", others, others.total())] if others else rows
