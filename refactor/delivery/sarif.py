"""The report as SARIF 2.1.0 (OASIS Standard, 27 March 2020), as code scanning takes it.

Section numbers are of that standard. What limits GitHub has: "SARIF support for code scanning" in its documentation.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refactor import __version__
from refactor.codemod import Codemod, Finding, Outcome, Place, Rule, Severity
from refactor.delivery.concerns import Concern, concerns, one_line, why
from refactor.delivery.json_report import summary
from refactor.delivery.originals import Originals
from refactor.delivery.report import Report
from refactor.delivery.sarif_parts import ROOT, Json, artifact, artifact_changes, location, message, plain
from refactor.reasons import Reason

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_FINGERPRINT = "tfmodConcern/v1"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What GitHub takes: results in a run, bytes of the compressed file, tags of a rule, locations of a result."""

    results: int = 25_000
    compressed: int = 10_000_000
    tags: int = 20
    locations: int = 1_000


def render(report: Report, limits: Limits | None = None) -> str:
    """One run. What does not fit is left out, least severe first, and that is said in the report and to the user."""
    limits = limits or Limits()
    originals = Originals(report)
    rules = [rule.code for rule, _ in report.rules()]
    log = _log(report, originals, limits)
    results = [_result(concern, rules, originals, limits) for concern in concerns(report.result.findings)]
    text = ""
    for kept, notices in _attempts(results, limits):
        run = log["runs"][0]
        run["results"] = kept
        run["invocations"][0]["toolConfigurationNotifications"] = [{"level": "warning", "message": message(n)} for n in notices]
        text = json.dumps(log, indent=2, ensure_ascii=False) + "\n"
        if _fits(text, limits) or not kept:
            for notice in notices:
                report.warn(notice)
            break
    return text


def _attempts(results: list[Json], limits: Limits) -> Iterator[tuple[list[Json], list[str]]]:
    """What may be put into the report, with what is to be said about it: less and less."""
    notices: list[str] = []
    if len(results) > limits.results:
        notices = [f"GitHub takes {limits.results} results; {len(results) - limits.results} are left out"]
        results = sorted(results, key=_level)[: limits.results]
    yield results, notices
    size = f"GitHub takes a report of {limits.compressed / 1_000_000:g} MB, compressed"
    results = [{key: value for key, value in result.items() if key != "fixes"} for result in results]
    notices = [*notices, f"{size}; the fixes are left out"]
    yield results, notices
    kept = sorted(results, key=_level)
    while kept:
        kept = kept[: len(kept) // 2]
        yield kept, [*notices, f"{size}; {len(results) - len(kept)} results are left out"]


def _level(result: Json) -> int:
    return ("error", "warning", "note").index(result["level"])


def _fits(text: str, limits: Limits) -> bool:
    data = text.encode("utf-8", "backslashreplace")
    return len(data) <= limits.compressed or len(gzip.compress(data)) <= limits.compressed


def _log(report: Report, originals: Originals, limits: Limits) -> Json:
    reasons = {f.reason for f in _notified(report)} | {s.reason for s in report.result.skipped}
    driver = {
        "name": "tfmod",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rule, kind, limits) for rule, kind in report.rules()],
        "notifications": [
            {"id": r.value, "shortDescription": {"text": f"{r.text[:1].upper()}{r.text[1:]}."}} for r in Reason if r in reasons
        ],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"tfmod/{report.label}/"},
        "columnKind": "utf16CodeUnits",
        "defaultEncoding": "utf-8",
        "newlineSequences": ["\r\n", "\n"],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(report, originals)}],
        "results": [],
        "properties": {"tfmod": summary(report.result)},
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule, kind: type[Codemod] | None, limits: Limits) -> Json:
    """A reportingDescriptor (3.49). GitHub shows ``help.markdown`` beside an alert, and filters by tags."""
    from refactor.delivery.pages import page

    sentence = f"{rule.summary[:1].upper()}{rule.summary[1:]}."
    tags = ["terraform", *((kind.name, kind.safety.value.replace(" ", "-")) if kind is not None else ())][: limits.tags]
    data: Json = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": plain(sentence)},
        "fullDescription": {"text": plain(f"{sentence} {kind.rationale}" if kind is not None else sentence)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": tags, "problem.severity": _PROBLEM[rule.severity], "precision": "high"},
    }
    if kind is not None:
        text = f"{kind.rationale} `tfmod {kind.name}` resolves it; `tfmod explain {kind.name}` says more."
        data["help"] = {"text": plain(text), "markdown": page(kind)}
    return data


def _result(concern: Concern, rules: Sequence[str], originals: Originals, limits: Limits) -> Json:
    first = concern.first
    data: Json = {
        "ruleId": concern.rule.code,
        "ruleIndex": rules.index(concern.rule.code),
        "kind": "fail",
        "level": _LEVELS[concern.rule.severity],
        "message": message(concern.message),
        "locations": [location(originals.spot(concern.place, first.codemod), concern.addresses)],
        "partialFingerprints": {_FINGERPRINT: concern.fingerprint},
        "properties": {
            "outcome": first.outcome.value,
            "codemod": first.codemod,
            "effects": [
                {"kind": e.kind.value, "address": e.address} for e in dict.fromkeys(e for f in concern.findings for e in f.effects)
            ],
        },
    }
    readers = concern.readers[: limits.locations]
    if readers:
        data["relatedLocations"] = [_related(number, place, first, originals) for number, place in enumerate(readers)]
    if first.before is not None:
        data["properties"] |= {"before": first.before, "after": first.after}
    if concern.is_suppressed:
        data["suppressions"] = [{"kind": "inSource", "status": "accepted", "justification": first.detail}]
    elif not concern.is_open:
        data["suppressions"] = [{"kind": "external", "justification": why(first)}]
    changes = artifact_changes(concern.findings, originals)
    if changes:
        data["fixes"] = [{"description": message(_fix_text(first)), "artifactChanges": changes}]
    return data


def _fix_text(finding: Finding) -> str:
    return one_line(f"{finding.codemod}: {finding.after}" if finding.after is not None else finding.codemod)


def _related(number: int, place: Place, finding: Finding, originals: Originals) -> Json:
    return {"id": number, **location(originals.spot(place, finding.codemod)), "message": {"text": "Read here."}}


def _notified(report: Report) -> list[Finding]:
    """Findings that a result cannot hold, for no rule applies; and failures."""
    return [f for f in report.result.findings if f.reason is not None and (f.rule is None or f.outcome is Outcome.FAILED)]


def _notifications(report: Report, originals: Originals) -> list[Json]:
    """What the run could not use or tell (3.58)."""
    result: list[Json] = []
    for skipped in report.result.skipped:
        detail = f": {skipped.detail}" if skipped.detail else ""
        place = {"physicalLocation": {"artifactLocation": artifact(skipped.path)}}
        result.append(_notification(skipped.reason, f"{skipped.path} was skipped: {skipped.reason.text}{detail}", "warning", place))
    for finding in _notified(report):
        level = "error" if finding.outcome is Outcome.FAILED else "note"
        place = location(originals.spot(finding.place, finding.codemod), (finding.address,))
        if finding.reason is not None:
            text = f"{finding.outcome.value}: {finding.before or finding.address}: {why(finding)}"
            result.append(_notification(finding.reason, text, level, place, finding.rule))
    result += [{"level": "note", "message": message(n)} for n in report.result.notes]
    return result


def _notification(reason: Reason, text: str, level: str, place: Json, rule: Rule | None = None) -> Json:
    data = {"descriptor": {"id": reason.value}, "level": level, "message": message(one_line(text)), "locations": [place]}
    return data | ({"associatedRule": {"id": rule.code}} if rule is not None else {})
