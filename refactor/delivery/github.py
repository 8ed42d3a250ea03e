"""The report as workflow commands of GitHub Actions, which become annotations of a pull request's files.

Source: "Workflow commands for GitHub Actions" in GitHub's documentation; the escaping is that of the actions toolkit
(``core/src/command.ts``): ``%``, CR and LF in messages, ``:`` and ``,`` too in properties.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from refactor.codemod import Finding, Outcome, Severity
from refactor.delivery.concerns import Concern, concerns, one_line, why
from refactor.delivery.originals import Originals
from refactor.delivery.report import Report
from refactor.delivery.text_report import plural, severities_of

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """A group for each directory, one for what was skipped, and a sum."""
    found = [c for c in concerns(report.result.findings) if c.is_open]
    originals = Originals(report)
    lines: list[str] = []
    for directory, group in groupby(sorted(found, key=_directory), key=_directory):
        own = list(group)
        lines += _group(f"tfmod {report.label}: {directory} ({plural(len(own), 'finding')})", [_annotation(c, originals) for c in own])
    left = list(_left(report))
    if left:
        lines += _group(f"tfmod {report.label}: skipped or failed ({len(left)})", left)
    told = ", ".join(severities_of(Counter(c.rule.severity for c in found)))
    lines.append(_plain(f"tfmod {report.label}: {told or 'nothing found'}"))
    return "".join(f"{line}\n" for line in lines)


def _directory(concern: Concern) -> str:
    return posixpath.dirname(concern.place.path) or "."


def _group(title: str, lines: Sequence[str]) -> list[str]:
    return [f"::group::{_value(one_line(title))}", *lines, "::endgroup::"]


def _annotation(concern: Concern, originals: Originals) -> str:
    spot = originals.spot(concern.place, concern.first.codemod)
    properties = {"file": spot.path, "line": spot.line, "endLine": spot.end_line}
    if spot.line == spot.end_line:  # GitHub takes columns within one line only
        properties |= {"col": spot.column} | ({"endColumn": spot.end_column} if spot.end_column > spot.column else {})
    properties["title"] = one_line(f"{concern.rule.code} {concern.rule.name}")
    shown = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[concern.rule.severity]} {shown}::{_value(concern.message + _next(concern.first))}"


def _next(finding: Finding) -> str:
    if finding.outcome is Outcome.FOUND and finding.codemod != "tfmod":
        return f"; `tfmod {finding.codemod}` resolves it"
    return ""


def _left(report: Report) -> Iterator[str]:
    for finding in report.result.findings:
        if finding.reason is not None:
            yield _plain(f"{finding.outcome.value}: {finding.place}: {finding.before or finding.address}: {why(finding)}")
    for skipped in report.result.skipped:
        yield _plain(f"skipped: {skipped.path}: {skipped.reason.text}" + (f" ({skipped.detail})" if skipped.detail else ""))


def _plain(text: str) -> str:
    """A line of the log that is no command: those start with ``::``, or, in the older form, have ``##[`` anywhere."""
    return one_line(text).replace("##[", "## [")


def _value(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _value(text).replace(":", "%3A").replace(",", "%2C")
