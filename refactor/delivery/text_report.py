"""The report for people: a line for each finding, reasons grouped, a summary that says what to run next."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from refactor.codemod import Finding, Outcome, Severity
from refactor.delivery.columns import fitted, visible, whole
from refactor.delivery.effects import counted
from refactor.reasons import Reason
from refactor.run import RunResult

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_WORST = 8  # directories shown in a summary, and things that were left alone by choice


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours, or none. ``width`` is that of the terminal, in columns; None where there is none, and no line is broken."""

    on: bool = False
    width: int | None = None

    def __call__(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.on else text


def finding_lines(result: RunResult, paint: Paint) -> Iterator[str]:
    """One line for each concern; a literal that several places read is one line."""
    return _fitted(_concerns(result, paint), paint)


def _fitted(lines: Iterable[str], paint: Paint) -> Iterator[str]:
    return (part for line in lines for part in fitted(line, paint.width))


def _concerns(result: RunResult, paint: Paint) -> Iterator[str]:
    lines = Counter(_line(f, paint) for f in result.findings if f.outcome is Outcome.FOUND)
    return (line + _times(count) for line, count in lines.items())


def _times(count: int) -> str:
    return f" (read in {count} places)" if count > 1 else ""


def audit_report(result: RunResult, paint: Paint, *, verbose: bool) -> Iterator[str]:
    """Lines of ``tfmod audit``: findings, what is not known, how many of each class and where, and what to run next."""
    return _fitted(_audit(result, paint, verbose=verbose), paint)


def _audit(result: RunResult, paint: Paint, *, verbose: bool) -> Iterator[str]:
    found = [f for f in result.findings if f.outcome is Outcome.FOUND]
    if verbose:
        for finding in found:
            yield _line(finding, paint)
            yield f"    {_kept(finding.address)}"
            yield from (f"    note: {visible(n)}" for n in finding.notes)
    else:
        yield from _concerns(result, paint)
    yield from _skips(result, paint, everything=verbose)
    yield ""
    yield from _classes(result.findings, paint)
    yield from _where(found, paint, everything=verbose)
    codemods = sorted({f.codemod for f in found if f.codemod != "tfmod"})
    if codemods:
        yield paint("1", "next: ") + _next(codemods)


def _next(codemods: Sequence[str]) -> str:
    """Commands that show what would change."""
    shown = [whole(f"`tfmod {name}`") for name in codemods]
    if len(shown) == 1:
        return f"{shown[0]} shows what it would change"
    return f"{', '.join(shown[:-1])} and {shown[-1]} show what each would change; {whole('`tfmod fix`')} shows it all together"


def fix_report(result: RunResult, paint: Paint, *, verbose: bool, next_step: str) -> Iterator[str]:
    """Lines after the diff of a codemod: what the changes mean, what was skipped and failed and why, and the sum."""
    return _fitted(_fix(result, paint, verbose=verbose, next_step=next_step), paint)


def _fix(result: RunResult, paint: Paint, *, verbose: bool, next_step: str) -> Iterator[str]:
    changed = [f for f in result.findings if f.outcome is Outcome.CHANGED]
    notes = Counter(n for f in changed for n in f.notes)
    if verbose:
        for finding in changed:
            effect = f" [{finding.effects[0].kind.value} {_kept(finding.effects[0].address)}]" if finding.effects else ""
            yield f"{_kept(str(finding.place))}: {_value(finding.before)} -> {_value(finding.after)}{effect}"
    for note, count in notes.most_common():
        yield f"{paint('36', 'note')}: {visible(note)}" + (f" ({count} times)" if count > 1 else "")
    yield from (f"{paint('36', 'note')}: {visible(n)}" for n in result.notes)
    for finding in result.findings:
        if finding.outcome is Outcome.FOUND:
            yield _line(finding, paint)
    yield from _skips(result, paint, everything=verbose)
    yield from _effects(changed)
    yield _sum(result, paint) + (f" {next_step}" if next_step and changed else "")


def _line(finding: Finding, paint: Paint) -> str:
    rule = finding.rule
    code = paint(_COLOURS[rule.severity], rule.code) if rule is not None else ""
    said = visible(finding.message + (f" ({finding.detail})" if finding.detail else ""))
    return f"{paint('1', _kept(str(finding.place)))}: {code} {said}"


def _kept(text: str) -> str:
    """A path or an address: on one line, whatever is in it."""
    return whole(visible(text))


def _value(text: str | None) -> str:
    """A value in one line."""
    return visible(" ".join(text.split())) if text is not None else "nothing"


def _skips(result: RunResult, paint: Paint, *, everything: bool) -> Iterator[str]:
    """Everything that was skipped or failed, by reason, most urgent first; of what was chosen, the first few."""
    groups: dict[tuple[Outcome, Reason], list[Finding]] = {}
    for finding in result.findings:
        if finding.reason is not None:
            groups.setdefault((finding.outcome, finding.reason), []).append(finding)
    for (outcome, reason), findings in sorted(groups.items(), key=lambda g: (g[0][0] is not Outcome.FAILED, list(Reason).index(g[0][1]))):
        colour = "31" if outcome is Outcome.FAILED else "33"
        yield f"{paint(colour, outcome.value)}: {reason.text} ({len(findings)})"
        lines = Counter(_left(f) for f in findings)
        shown = len(lines) if everything or not reason.is_choice else _WORST
        yield from (f"    {line}{_times(count)}" for line, count in islice(lines.items(), shown))
        if len(lines) > shown:
            yield f"    and {len(lines) - shown} more (-v)"
    files: dict[Reason, list[str]] = {}
    for skipped in result.skipped:
        detail = f" ({visible(skipped.detail)})" if skipped.detail else ""
        files.setdefault(skipped.reason, []).append(_kept(skipped.path) + detail)
    for reason, paths in files.items():
        yield f"{paint('33', 'skipped')}: {reason.text} ({plural(len(paths), 'file')})"
        yield from (f"    {p}" for p in paths)


def _left(finding: Finding) -> str:
    what = _value(finding.before) if finding.before else _kept(finding.address)
    return f"{_kept(str(finding.place))}: {what}" + (f": {visible(finding.detail)}" if finding.detail else "")


def _classes(findings: Sequence[Finding], paint: Paint) -> Iterator[str]:
    """How many things were examined, and how many there are of each class."""
    things = Counter((f.codemod, f.thing) for f in findings if f.thing)
    several = len({codemod for codemod, _ in things}) > 1
    for (codemod, thing), total in sorted(things.items()):
        own = [f for f in findings if (f.codemod, f.thing) == (codemod, thing)]
        rules = {f.rule.code: f.rule for f in own if f.rule is not None and f.outcome is Outcome.FOUND}
        counts = Counter(f.rule.code for f in own if f.rule is not None and f.outcome is Outcome.FOUND)
        rows = [(code, counts[code], f"{rules[code].name}: {rules[code].summary}") for code in sorted(rules)]
        rows += [(" " * 6, n, o.value) for o in (Outcome.FINE, Outcome.SKIPPED, Outcome.FAILED) if (n := sum(f.outcome is o for f in own))]
        yield paint("1", plural(total, thing)) + (f" ({codemod})" if several else "")
        width = len(str(total))
        yield from (f"  {count:>{width}}  {paint('1', code)}  {text}" for code, count, text in rows)
    if not things:
        yield "nothing found"


def plural(count: int, thing: str) -> str:
    """``1 image``, ``2 images``, ``2 ignore_changes entries``."""
    if count == 1:
        return f"1 {thing}"
    return f"{count} {thing[:-1]}ies" if thing.endswith("y") else f"{count} {thing}s"


def severities_of(counts: Mapping[Severity, int]) -> list[str]:
    """``1 error``, ``2 warnings``, ``3 info``, the worst first."""
    shown = ((counts.get(s, 0), s) for s in reversed(Severity))
    return [f"{count} {s.value}" if s is Severity.INFO else plural(count, s.value) for count, s in shown if count]


def _where(found: Sequence[Finding], paint: Paint, *, everything: bool) -> Iterator[str]:
    """Directories by number of findings."""
    counts = Counter(posixpath.dirname(f.place.path) or "." for f in found)
    ranked = sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    shown = ranked if everything else ranked[:_WORST]
    if len(ranked) < 2:
        return
    yield (
        paint("1", "where: ")
        + ", ".join(_kept(f"{name} {count}") for name, count in shown)
        + (f", and {len(ranked) - len(shown)} directories more (-v)" if len(ranked) > len(shown) else "")
    )


def _effects(changed: Iterable[Finding]) -> Iterator[str]:
    shown = counted(changed)
    if shown:
        yield f"plan will show: {shown}"


def _sum(result: RunResult, paint: Paint) -> str:
    counts = Counter(f.outcome for f in result.findings)
    files = len(result.changeset)
    changed = f"{counts[Outcome.CHANGED]} changed in {plural(files, 'file')}"
    parts = [paint("32", changed) if files else "nothing to change"]
    parts += [f"{counts[o]} {o.value}" for o in (Outcome.FINE, Outcome.SKIPPED, Outcome.FAILED) if counts[o]]
    return ", ".join(parts) + "."
