"""The report for pull requests, issues and job summaries: counts first, details behind a click."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Sequence

from refactor.codemod import Finding, Outcome
from refactor.delivery.concerns import Concern, concerns
from refactor.delivery.coverage import coverages, look, percentage
from refactor.delivery.effects import counted
from refactor.delivery.markdown_text import code, collapsed, fenced, html, table, text
from refactor.delivery.report import Report
from refactor.delivery.text_report import plural

_OUTCOMES = (Outcome.FOUND, Outcome.CHANGED, Outcome.SKIPPED, Outcome.FAILED)
_OPEN_ROWS = 12
"""A table of more directories is collapsed."""


def render(report: Report, limit: int | None = None) -> str:
    """The whole report, or, with a limit in characters (a forge has one), what fits: the diff goes first, then the lists of findings."""
    found = concerns(report.result.findings)
    heading = [f"## tfmod {text(report.label)}", "", _sum(report)]
    sections = [_by_rule(found), _by_directory(found), coverage_table(report.result.findings), _effects(report), _left(report)]
    details = [*_details(found), *_diff(report)]
    kept = len(details)
    whole = _joined(heading, sections, details, 0, report)
    while limit is not None and kept and len(whole) > limit:
        kept -= 1
        whole = _joined(heading, sections, details[:kept], len(details) - kept, report)
    return whole


def _joined(heading: list[str], sections: list[list[str]], details: list[list[str]], cut: int, report: Report) -> str:
    lines = heading
    for section in (*sections, *details, _cut(cut, report), _next(report)):
        if section:
            lines = [*lines, "", *section]
    return "\n".join(lines) + "\n"


def _cut(count: int, report: Report) -> list[str]:
    shown = code(f"tfmod {report.label}")
    return [f"{plural(count, 'section')} of details would be too long for this place; {shown} shows them."] if count else []


def _sum(report: Report) -> str:
    counts = Counter(f.outcome for f in report.result.findings)
    files = len(report.result.changeset)
    parts = [f"**{plural(counts[Outcome.FOUND], 'finding')}**"] if counts[Outcome.FOUND] else []
    parts += [f"**{plural(counts[Outcome.CHANGED], 'change')}** in {plural(files, 'file')}"] if counts[Outcome.CHANGED] else []
    parts += [f"{counts[o]} {o.value}" for o in (Outcome.FINE, Outcome.SKIPPED, Outcome.FAILED) if counts[o]]
    return ", ".join(parts) + "." if parts else "Nothing found."


def _by_rule(found: Sequence[Concern]) -> list[str]:
    rules = {c.rule.code: c.rule for c in found}
    shown = [o for o in _OUTCOMES if any(c.first.outcome is o for c in found)]
    rows = []
    for name in sorted(rules):
        rule = rules[name]
        counts = _counts(c for c in found if c.rule.code == name)
        rows.append((code(name), f"{text(rule.name)}: {text(rule.summary)}", rule.severity.value, *(_number(counts[o]) for o in shown)))
    header = ("Rule", "What", "Severity", *(o.value.capitalize() for o in shown))
    return table(header, rows, range(3, len(header))) if rows else []


def _by_directory(found: Sequence[Concern]) -> list[str]:
    shown = [o for o in _OUTCOMES if any(c.first.outcome is o for c in found)]
    groups: dict[str, list[Concern]] = {}
    for concern in found:
        groups.setdefault(posixpath.dirname(concern.place.path) or ".", []).append(concern)
    rows = []
    for directory, group in sorted(groups.items(), key=lambda g: (-len(g[1]), g[0])):
        counts = _counts(group)
        rows.append((code(directory), *(_number(counts[o]) for o in shown)))
    if len(rows) < 2:
        return []
    header = ("Directory", *(o.value.capitalize() for o in shown))
    lines = table(header, rows, range(1, len(header)))
    return lines if len(rows) <= _OPEN_ROWS else collapsed(f"By directory ({len(rows)})", lines)


def coverage_table(findings: Iterable[Finding]) -> list[str]:
    """Of each kind of thing, how many are fine, and how many would be with the changes."""
    found = coverages(x for f in findings if (x := look(f)) is not None)
    changes = any(counts.changed for counts in found.values())
    several = len({subject.codemod for subject in found}) > 1
    rows = []
    for subject, counts in found.items():
        if counts.total:
            after = (_share(counts.fine + counts.changed, counts.total),) if changes else ()
            name = text(plural(2, subject.thing)[2:]) + (f" ({code(subject.codemod)})" if several else "")
            rows.append((name, str(counts.total), _share(counts.fine, counts.total), *after))
    header = ("Looked at", "Total", "Fine", *(("Fine with the changes",) if changes else ()))
    return table(header, rows, range(1, len(header))) if rows else []


def _share(part: int, total: int) -> str:
    return f"{part} ({percentage(part / total)}%)"


def _effects(report: Report) -> list[str]:
    changed = [f for f in report.result.findings if f.outcome is Outcome.CHANGED]
    shown = counted(changed)
    notes = Counter(note for f in changed for note in f.notes) + Counter(report.result.notes)
    lines = [f"`terraform plan` will show: {shown}"] if shown else []
    if notes:
        lines += ["", *(f"- {text(note)}" + (f" ({count} times)" if count > 1 else "") for note, count in notes.most_common())]
    return lines


def _left(report: Report) -> list[str]:
    """What was skipped or failed, by reason."""
    groups: dict[tuple[str, str], list[str]] = {}
    for finding in report.result.findings:
        if finding.reason is not None:
            lines = groups.setdefault((finding.outcome.value, finding.reason.text), [])
            what = code(finding.before) if finding.before else code(finding.address)
            lines.append(f"- {_place(finding)} {what}" + (f": {text(finding.detail)}" if finding.detail else ""))
    for skipped in report.result.skipped:
        lines = groups.setdefault(("skipped", skipped.reason.text), [])
        lines.append(f"- {code(skipped.path)}" + (f": {text(skipped.detail)}" if skipped.detail else ""))
    result: list[str] = []
    for (outcome, reason), lines in groups.items():
        distinct = Counter(lines)
        shown = [line + (f" (read in {n} places)" if n > 1 else "") for line, n in distinct.items()]
        result += collapsed(html(f"{outcome.capitalize()}: {reason} ({len(lines)})"), shown)
    return result


def _details(found: Sequence[Concern]) -> list[list[str]]:
    """A section for each rule."""
    sections = []
    for rule in sorted({c.rule.code: c.rule for c in found}.values(), key=lambda r: r.code):
        own = [c for c in found if c.rule.code == rule.code and c.first.outcome in (Outcome.FOUND, Outcome.CHANGED)]
        values = any(c.first.before is not None for c in own)
        changes = any(c.first.outcome is Outcome.CHANGED for c in own)
        header = ("Place", *(("Value",) if values else ()), *(("Becomes", "Effect") if changes else ()), "Why")
        rows = [_row(concern, values, changes) for concern in own]
        if rows:
            sections.append(collapsed(html(f"{rule.code} {rule.name} ({len(rows)})"), table(header, rows)))
    return sections


def _row(concern: Concern, values: bool, changes: bool) -> tuple[str, ...]:
    first = concern.first
    row = [_place(first)]
    if values:
        row.append(code(first.before or ""))
    if changes:
        row += [code(first.after or ""), ", ".join(dict.fromkeys(e.kind.value for f in concern.findings for e in f.effects))]
    why = first.message.removeprefix(f"{first.before}: ")
    detail = f" ({first.detail})" if first.detail else ""
    readers = f" (read in {len(concern.findings)} places)" if len(concern.findings) > 1 else ""
    return (*row, text(why + detail + readers))


def _place(finding: Finding) -> str:
    return code(f"{finding.place.path}:{finding.place.line}")


def _diff(report: Report) -> list[list[str]]:
    files = len(report.result.changeset)
    if not files:
        return []
    diff = report.diff().decode("utf-8", "replace")
    return [collapsed(f"Diff of {plural(files, 'file')}", fenced(diff, "diff"))]


def _next(report: Report) -> list[str]:
    names = sorted({f.codemod for f in report.result.findings if f.outcome is Outcome.FOUND and f.codemod not in ("", "tfmod")})
    shown = ", ".join(code(f"tfmod {n}") for n in names)
    return [f"{shown} {'shows what it' if len(names) == 1 else 'show what they'} would change."] if names else []


def _counts(found: Iterable[Concern]) -> Counter[Outcome]:
    return Counter(c.first.outcome for c in found)


def _number(count: int) -> str:
    return str(count) if count else ""
