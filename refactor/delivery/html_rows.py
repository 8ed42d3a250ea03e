"""The rows of the HTML report: concerns, and what else was looked at, each with all that its page says of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from refactor.codemod import Finding, Outcome, Place, Severity
from refactor.delivery.concerns import Concern, one_line
from refactor.delivery.html_diffs import Diffs, visible
from refactor.delivery.landscape import Landscape
from refactor.delivery.originals import Originals
from refactor.delivery.report import Report

_ID = 12
_OUTCOMES = (Outcome.FAILED, Outcome.FOUND, Outcome.CHANGED, Outcome.SKIPPED, Outcome.FINE)
_SEVERITIES = (*reversed(Severity), None)


@dataclass(frozen=True, slots=True)
class Row:
    """Findings that differ only in who reads the place, which is that in the file before the run.

    ``id`` stays the same from run to run, as far as the finding does.
    """

    id: str
    findings: tuple[Finding, ...]
    path: str
    line: int
    stack: str
    tier: str | None
    is_new: bool

    @property
    def first(self) -> Finding:
        return self.findings[0]

    @property
    def severity(self) -> str:
        return self.first.rule.severity.value if self.first.rule is not None else ""

    @property
    def rule(self) -> str:
        return self.first.rule.code if self.first.rule is not None else ""

    @property
    def message(self) -> str:
        return one_line(self.first.message)

    @property
    def readers(self) -> Sequence[str]:
        """Places that read it elsewhere."""
        own = self.first.place
        return list(dict.fromkeys(_at(f.read_at) for f in self.findings if f.read_at is not None and not _around(f.read_at, own)))


def rows(report: Report, originals: Originals, concerns: Sequence[Concern], land: Landscape, new: frozenset[str]) -> list[Row]:
    """Every finding in a row, the worst first, then by place."""
    known = {id(f) for c in concerns for f in c.findings}
    groups = [(c.fingerprint, c.findings) for c in concerns]
    groups += _others(f for f in report.result.findings if id(f) not in known)
    result = [_row(fingerprint, found, originals, land, new) for fingerprint, found in groups]
    result.sort(key=_order)
    return result


def _others(findings: Iterable[Finding]) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """What is no concern, with names of the same kind as fingerprints."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for f in findings:
        groups.setdefault((f.codemod, f.thing, f.place, f.message, f.outcome, f.reason, f.detail), []).append(f)
    seen: dict[str, int] = {}
    for group in groups.values():
        f = group[0]
        name = "\0".join((f.codemod, f.thing, f.place.path, min(g.address for g in group), f.message, f.outcome))
        seen[name] = number = seen.get(name, 0) + 1
        yield hashlib.sha256(f"{name}\0{number}".encode("utf-8", "surrogateescape")).hexdigest(), tuple(group)


def _row(fingerprint: str, found: tuple[Finding, ...], originals: Originals, land: Landscape, new: frozenset[str]) -> Row:
    first = found[0]
    spot = originals.spot(first.place, first.codemod)
    return Row(fingerprint[:_ID], found, spot.path, spot.line, land.stack(spot.path), tier(first, land), fingerprint in new)


def tier(finding: Finding, land: Landscape) -> str | None:
    """The tier of the workload that reads the place; the stack is that of the place itself, where a fix belongs."""
    return land.tier(finding.read_at or finding.place, finding.address)


def _order(row: Row) -> tuple[int, int, str, int, str]:
    first = row.first
    severity = first.rule.severity if first.rule is not None else None
    return _OUTCOMES.index(first.outcome), _SEVERITIES.index(severity), row.path, row.line, row.rule


def embedded(found: Sequence[Row], report: Report, originals: Originals) -> str:
    """Rows and diffs as JSON for a ``script`` element: no ``<`` in it ends the element or begins a comment (HTML, 4.12.1.3)."""
    diffs = Diffs(report, originals)
    notes = _Numbered()
    data = {
        "findings": [_data(row, diffs, notes) for row in found],
        "rules": {rule.code: _cleaned({"name": rule.name, "summary": rule.summary}) for rule, _ in report.rules()},
        "notes": notes.texts,
        "diffs": [d.data() for d in diffs.files],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


class _Numbered:
    """Texts that are often the same, each once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def texts(self) -> list[str]:
        return list(self._numbers)


def _data(row: Row, diffs: Diffs, notes: _Numbered) -> dict[str, object]:
    """A row; what there is not to say is left out."""
    first = row.first
    changed = next((f for f in row.findings if f.fix is not None), None)
    effects = dict.fromkeys((e.kind.value, visible(e.address)) for f in row.findings for e in f.effects)
    said: dict[str, object] = {
        "id": row.id,
        "rule": row.rule,
        "severity": row.severity,
        "outcome": first.outcome.value,
        "codemod": first.codemod,
        "thing": first.thing,
        "path": visible(row.path),
        "line": row.line,
        "stack": visible(row.stack),
        "tier": row.tier and visible(row.tier),
        "addresses": [visible(a) for a in dict.fromkeys(f.address for f in row.findings)],
        "message": row.message,
        "detail": one_line(first.detail),
        "reason": first.reason.value if first.reason is not None else None,
        "reasonText": first.reason.text if first.reason is not None else None,
        "before": first.before and visible(first.before),
        "after": first.after and visible(first.after),
        "effects": list(effects),
        "readers": row.readers,
        "notes": [notes.of(one_line(n)) for n in first.notes],
        "diffs": diffs.of(changed) if changed is not None else [],
        "isNew": row.is_new,
    }
    return {key: value for key, value in said.items() if value}


def _cleaned(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: one_line(value) for key, value in texts.items()}


def _at(place: Place) -> str:
    return visible(f"{place.path}:{place.line}")


def _around(outer: Place, inner: Place) -> bool:
    return outer.path == inner.path and outer.start <= inner.start and inner.end <= outer.end
