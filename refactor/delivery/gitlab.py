"""The report as GitLab takes it for the Code Quality widget of a merge request: a subset of Code Climate's issues.

Source: "Code Quality report format" in GitLab's documentation.
"""

from __future__ import annotations

import json

from refactor.codemod import Severity
from refactor.delivery.concerns import concerns
from refactor.delivery.originals import Originals
from refactor.delivery.report import Report

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report) -> str:
    """An array, empty if there is nothing to say. Whatever was skipped for want of a rule is not in it: the format has no word for that."""
    originals = Originals(report)
    issues = []
    for concern in concerns(report.result.findings):
        if concern.is_open:
            spot = originals.spot(concern.place, concern.first.codemod)
            issues.append(
                {
                    "description": f"{concern.rule.code}: {concern.message}",
                    "check_name": concern.rule.name,
                    "fingerprint": concern.fingerprint,
                    "severity": _SEVERITIES[concern.rule.severity],
                    "location": {"path": spot.path, "lines": {"begin": spot.line, "end": spot.end_line}},
                }
            )
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"
