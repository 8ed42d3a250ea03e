"""The report as JUnit XML, in the form that Jenkins' xUnit plugin describes: a suite for each codemod and directory, a case for each thing
that was looked at."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from refactor.codemod import Finding, Outcome
from refactor.delivery.concerns import change, said, why
from refactor.delivery.report import Report
from refactor.reasons import Reason
from refactor.run import SkippedFile

_FILES = "files"


def render(report: Report) -> str:
    """A concern is a failure, also one that would be changed; one that is being changed (``--write``, ``--branch``) passes."""
    root = Element("testsuites", {"name": _text(f"tfmod {report.label}")})
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.result.findings:
        groups.setdefault((finding.codemod or report.label, posixpath.dirname(finding.place.path) or "."), []).append(finding)
    for (codemod, directory), findings in groups.items():
        suite = SubElement(root, "testsuite", {"name": _text(f"{codemod}: {directory}")})
        for name, finding in zip(_names(f.address for f in findings), findings, strict=True):
            _case(suite, name, f"{codemod}.{directory}", finding, applied=report.applied)
        _count(suite)
    if report.result.skipped:
        suite = SubElement(root, "testsuite", {"name": _FILES})
        for skipped in report.result.skipped:
            _skipped_file(suite, skipped)
        _count(suite)
    suites = root.findall("testsuite")
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in suites)))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _names(addresses: Iterable[str]) -> list[str]:
    """Names that differ, for a viewer shows one of two cases with the same name."""
    seen: Counter[str] = Counter()
    names = []
    for address in addresses:
        seen[address] += 1
        names.append(address if seen[address] == 1 else f"{address} ({seen[address]})")
    return names


def _case(suite: Element, name: str, group: str, finding: Finding, *, applied: bool) -> None:
    case = SubElement(suite, "testcase", {"name": _text(name), "classname": _text(group)})
    body = _text(f"{finding.place}\n{said(finding)}" + "".join(f"\nnote: {note}" for note in finding.notes))
    kind = finding.rule.code if finding.rule is not None else finding.outcome.value
    if finding.outcome is Outcome.FINE:
        return
    if finding.outcome is Outcome.CHANGED and applied:
        SubElement(case, "system-out").text = body
    elif finding.outcome is Outcome.FAILED:
        _outcome(case, "error", finding.reason or Reason.GATE, why(finding), body)
    elif finding.outcome is Outcome.SKIPPED:
        _outcome(case, "skipped", finding.reason or finding.outcome.value, why(finding), body)
    else:
        changed = finding.outcome is Outcome.CHANGED
        _outcome(case, "failure", kind, f"{kind}: {finding.message}" + (f"; {change(finding)}" if changed else ""), body)


def _outcome(case: Element, tag: str, kind: str, message: str, body: str) -> None:
    SubElement(case, tag, {"type": _text(str(kind)), "message": _text(message)}).text = body


def _skipped_file(suite: Element, skipped: SkippedFile) -> None:
    case = SubElement(suite, "testcase", {"name": _text(skipped.path), "classname": _FILES})
    message = skipped.reason.text + (f" ({skipped.detail})" if skipped.detail else "")
    _outcome(case, "skipped", skipped.reason, message, message)


def _count(suite: Element) -> None:
    cases: Sequence[Element] = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(key, str(sum(case.find(tag) is not None for case in cases)))


def _text(text: str) -> str:
    """Text without what XML 1.0 cannot hold (2.2, Char)."""
    return "".join(c if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" else "\ufffd" for c in text)
