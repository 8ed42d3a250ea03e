"""The report as one HTML file that needs nothing else: what the repository looks like, the findings with filters, the diff of each fix.

No request goes to any network: style and script are in the file, and its Content Security Policy allows these alone, by their hashes
(CSP Level 3, 2.3.1). The findings are data in it, which the script lays out; without scripts there is a plain table.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from refactor import __version__
from refactor.codemod import Finding, Outcome, Severity
from refactor.delivery.concerns import concerns, one_line
from refactor.delivery.coverage import Coverage, Look, Subject, coverages, is_open, look
from refactor.delivery.effects import Affected, affected
from refactor.delivery.history import Earlier, NotUsed, Since, read_history, since
from refactor.delivery.html_charts import NARROW, WIDE, Line, Segment, by_severity, segments, share, timeline, treemap
from refactor.delivery.html_diffs import visible
from refactor.delivery.html_rows import Row, embedded, rows, tier
from refactor.delivery.landscape import Landscape, landscape
from refactor.delivery.originals import Originals
from refactor.delivery.report import Report
from refactor.delivery.templates import page, source
from refactor.delivery.text_report import plural

_PLAIN_ROWS = 300
_PLAIN_DIFF = 60_000
"""What is shown without scripts, in rows and in characters: enough to read, and little beside the data."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A coverage with its figure. ``share`` and ``after`` are in percent, None where nothing is known."""

    subject: Subject
    label: str
    counts: Coverage
    segments: Sequence[Segment]
    share: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """A stack or a tier: its coverages in the order of the report's, None where it has no such thing; its findings by severity."""

    name: str
    bars: Sequence[Bar | None]
    counts: Mapping[str, int]
    lines: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier reports say."""

    earlier: Sequence[Earlier]
    lines: Sequence[Line]
    since: Since | None
    not_used: Sequence[NotUsed]


def render(report: Report) -> str:
    """The page. Its time is that of :attr:`Report.now`, and nothing else in it depends on when and where it is made."""
    result = report.result
    land = landscape(report.workspace, report.origin)
    found = concerns(result.findings)
    now = report.now()
    overall = _by_codemod(coverages(x for f in result.findings if (x := look(f)) is not None), report)
    earlier, not_used = read_history(report.history) if report.history is not None else ([], [])
    compared = since(earlier[-1], found, {k.name for k in report.codemods}) if earlier else None
    past = Past(earlier, timeline(earlier, now, overall), compared, not_used) if report.history is not None else None
    originals = Originals(report)
    table = rows(report, originals, found, land, compared.new if compared is not None else frozenset())
    severe = by_severity((land.directory(r.path), r.severity) for r in table if _is_concern(r.first))
    plain = [r for r in table if r.first.outcome is not Outcome.FINE]
    style, script = source("report.css"), f"{source('report_diff.js')}\n{source('report.js')}"
    text = page(
        "report.html.j2",
        report=report,
        title=f"tfmod {one_line(report.label)}" + (f": {visible(land.name)}" if land.name else ""),
        land=land,
        now=now,
        version=__version__,
        outcomes=Counter(r.first.outcome.value for r in table),
        severities=Counter(r.severity for r in table if _is_concern(r.first)),
        bars=[_bar(s, c) for s, c in overall.items()],
        tiers=_tiers(result.findings, table, land, overall),
        stacks=_stacks(result.findings, table, land, overall),
        maps={"wide": treemap(land, severe, WIDE), "narrow": treemap(land, severe, NARROW)},
        past=past,
        effects=_effects(result.findings, land),
        reasons=_reasons(table),
        plain=plain[:_PLAIN_ROWS],
        is_cut=len(plain) > _PLAIN_ROWS,
        plain_diff=_plain_diff(report),
        data=embedded(table, report, originals),
        style=style,
        script=script,
        policy=_policy(style, script),
        plural=plural,
        labelled=_label,
        shown=visible,
        when=_when,
    )
    return text + "\n"


def _policy(style: str, script: str) -> str:
    """What the page may load: its own style and script."""
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script))
    allowed = "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'"
    return allowed.format(*hashes) + "; require-trusted-types-for 'script'"


def _plain_diff(report: Report) -> str:
    """The diff as text, as far as it is not too long."""
    text = report.diff().decode("utf-8", "replace")
    lines = text[:_PLAIN_DIFF].split("\n")
    return "\n".join([*map(visible, lines[:-1]), *(["…"] if len(text) > _PLAIN_DIFF else [])])


def _is_concern(finding: Finding) -> bool:
    return finding.outcome is Outcome.CHANGED or is_open(finding.outcome, finding.rule is not None, finding.reason)


def _bar(subject: Subject, counts: Coverage) -> Bar:
    return Bar(subject, _label(subject.thing), counts, segments(counts), share(counts), share(counts, after=True))


def _label(thing: str) -> str:
    """The plural, as a heading; what is no word of English, like ``ignore_changes``, stays as it is."""
    label = plural(2, thing)[2:]
    return label if "_" in label.partition(" ")[0] else label[:1].upper() + label[1:]


def _by_codemod(found: Mapping[Subject, Coverage], report: Report) -> dict[Subject, Coverage]:
    """In the order of codemods, what there is most of first."""
    known = {kind.name: number for number, kind in enumerate(report.codemods)}
    return dict(sorted(found.items(), key=lambda i: (known.get(i[0].codemod, len(known)), -i[1].total, i[0].thing)))


def _stacks(findings: Iterable[Finding], table: Sequence[Row], land: Landscape, overall: Mapping[Subject, Coverage]) -> list[Group]:
    """Every stack, those with the most findings first."""
    lines = Counter[str]()
    for directory in land.directories:
        lines[directory.stack] += directory.lines
    looks = ((land.stack(f.place.path), look(f)) for f in findings)
    severe = by_severity((r.stack, r.severity) for r in table if _is_concern(r.first))
    grouped = _grouped(looks, severe, overall, lines)
    return sorted(grouped, key=lambda g: (-g.total, g.name))


def _tiers(findings: Iterable[Finding], table: Sequence[Row], land: Landscape, overall: Mapping[Subject, Coverage]) -> list[Group]:
    """By the label ``tier`` of workloads; none where no workload has one."""
    if not land.tiers:
        return []
    looks = ((tier(f, land) or "", look(f)) for f in findings)
    severe = by_severity((r.tier or "", r.severity) for r in table if _is_concern(r.first))
    return sorted(_grouped(looks, severe, overall, {}), key=lambda g: (g.name == "", g.name))


def _grouped(
    looks: Iterable[tuple[str, Look | None]],
    severe: Mapping[str, Mapping[str, int]],
    overall: Mapping[Subject, Coverage],
    lines: Mapping[str, int],
) -> list[Group]:
    groups: dict[str, list[Look]] = {name: [] for name in lines}
    for name, one in looks:
        if one is not None:
            groups.setdefault(name, []).append(one)
    found = {name: coverages(own) for name, own in groups.items()}
    subjects = [subject for subject, counts in overall.items() if counts.total]
    return [
        Group(name, [_bar(s, own[s]) if s in own else None for s in subjects], _ordered(severe.get(name, {})), lines.get(name, 0))
        for name, own in found.items()
    ]


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    """Severities that occur, the worst first."""
    return {s.value: counts[s.value] for s in reversed(Severity) if counts.get(s.value)}


def _effects(findings: Iterable[Finding], land: Landscape) -> list[tuple[str, list[Affected]]]:
    """What plan will show: stacks and addresses by kind of effect, the worst first."""
    found = affected((f for f in findings if f.outcome is Outcome.CHANGED), land.directory)
    return [(kind.value, sorted(resources)) for kind, resources in found.items()]


def _reasons(table: Iterable[Row]) -> list[tuple[str, str, str, int]]:
    """What was skipped or failed: outcome, the reason's name and text, and how many."""
    counts = Counter((r.first.outcome.value, r.first.reason) for r in table if r.first.reason is not None)
    return [(outcome, reason.value, reason.text, count) for (outcome, reason), count in counts.most_common()]


def _when(moment: datetime) -> str:
    """A time for people; midnight is that of a date without a time."""
    return moment.strftime("%Y-%m-%d %H:%M %Z" if moment.hour or moment.minute else "%Y-%m-%d").strip()
