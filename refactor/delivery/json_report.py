"""The report as JSON, version 1: one object, every finding in it."""

from __future__ import annotations

import json
from datetime import UTC
from importlib import resources
from typing import Any

from refactor import __version__
from refactor.codemod import Finding
from refactor.delivery.concerns import concerns
from refactor.delivery.report import Report
from refactor.run import RunResult

SCHEMA = 1


def schema() -> str:
    """The JSON Schema (draft 2020-12) that every report is valid by."""
    return resources.files("refactor.delivery").joinpath("schemas/report.schema.json").read_text("utf-8")


def render(report: Report) -> str:
    """``findings`` have everything that was looked at, also what is fine and what was skipped."""
    result = report.result
    prints = {id(f): c.fingerprint for c in concerns(result.findings) for f in c.findings}
    data: dict[str, Any] = {
        "version": SCHEMA,
        "tool": {"name": "tfmod", "version": __version__},
        "created": report.now().astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "command": report.label,
        "findings": [finding_data(f) | {"fingerprint": prints.get(id(f))} for f in result.findings],
        "skipped_files": [{"path": s.path, "reason": s.reason.value, "detail": s.detail} for s in result.skipped],
        "changed_files": [c.path for c in result.changeset],
        "differences": [
            {"path": path, "address": c.address, "before": c.before, "after": c.after}
            for path, changes in result.differences
            for c in changes
        ],
        "notes": list(result.notes),
        "summary": summary(result),
        "diff": report.diff().decode("utf-8", "replace"),
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def finding_data(finding: Finding) -> dict[str, Any]:
    """One finding; keys are always there, null where there is nothing to say."""
    rule = finding.rule
    return {
        "path": finding.place.path,
        "line": finding.place.line,
        "column": finding.place.column,
        "thing": finding.thing,
        "address": finding.address,
        "codemod": finding.codemod,
        "rule": rule.code if rule is not None else None,
        "rule_name": rule.name if rule is not None else None,
        "severity": rule.severity.value if rule is not None else None,
        "message": finding.message,
        "outcome": finding.outcome.value,
        "reason": finding.reason.value if finding.reason is not None else None,
        "detail": finding.detail,
        "before": finding.before,
        "after": finding.after,
        "effect": finding.effects[0].kind.value if finding.effects else None,
        "effects": [{"kind": e.kind.value, "address": e.address} for e in finding.effects],
        "read_at": str(finding.read_at) if finding.read_at is not None else None,
        "notes": list(finding.notes),
    }


def summary(result: RunResult) -> dict[str, Any]:
    """Counts by outcome, by rule and by reason."""
    outcomes: dict[str, int] = {}
    rules: dict[str, int] = {}
    reasons: dict[str, int] = {}
    for finding in result.findings:
        outcomes[finding.outcome.value] = outcomes.get(finding.outcome.value, 0) + 1
        if finding.rule is not None:
            rules[finding.rule.code] = rules.get(finding.rule.code, 0) + 1
        if finding.reason is not None:
            reasons[finding.reason.value] = reasons.get(finding.reason.value, 0) + 1
    return {"outcomes": outcomes, "rules": rules, "reasons": reasons, "files_changed": len(result.changeset)}
