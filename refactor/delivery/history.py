"""Earlier reports in JSON: coverage over time, and what is new or resolved since the last of them.

A report says when it was made. One that does not, as those of earlier versions, is dated by its file's name (``2026-02-23.json``,
``audit-20260223T1805.json``), else by when the file was last changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeGuard

from refactor.delivery.concerns import Concern
from refactor.delivery.coverage import Coverage, Look, Subject, coverages, is_open
from refactor.delivery.json_report import SCHEMA
from refactor.delivery.targets import said
from refactor.reasons import Reason

MOST = 365
"""More reports than this make no better line: the newest count."""

_DATE = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?:[T_.-]?([0-2]\d)[:_-]?([0-5]\d)(?:[:_-]?([0-5]\d))?)?(?!\d)")


@dataclass(frozen=True, slots=True)
class Known:
    """A concern of an earlier report."""

    fingerprint: str
    codemod: str
    rule: str
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier report. ``concerns`` are by fingerprint."""

    name: str
    when: datetime
    codemods: frozenset[str]
    coverage: Mapping[Subject, Coverage]
    concerns: Mapping[str, Known]


@dataclass(frozen=True, slots=True)
class NotUsed:
    """A file that is no report that can be compared, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Since:
    """What has changed since an earlier report, in the codemods that ran both times: fingerprints of new concerns, and resolved ones."""

    earlier: Earlier
    new: frozenset[str]
    resolved: tuple[Known, ...]


def read_history(directory: Path) -> tuple[list[Earlier], list[NotUsed]]:
    """The reports of a directory, oldest first, and its ``.json`` files that are none."""
    found: list[Earlier] = []
    others: list[NotUsed] = []
    for path in sorted(directory.glob("*.json")):
        one = _read(path)
        if isinstance(one, NotUsed):
            others.append(one)
        else:
            found.append(one)
    found.sort(key=lambda e: (e.when, e.name))
    return found[-MOST:], others


def refused(directory: Path) -> str | None:
    """Why a directory cannot be read; None if it can."""
    try:
        if not directory.is_dir():
            return f"{directory} is not a directory"
        next(directory.iterdir(), None)
    except OSError as error:
        return f"{directory}: {said(error)}"
    return None


def since(earlier: Earlier, concerns: Iterable[Concern], codemods: Iterable[str]) -> Since:
    """This run's concerns against an earlier report's. What somebody suppressed or left out counts as resolved."""
    both = earlier.codemods & set(codemods)
    now = {c.fingerprint: c.first.codemod for c in concerns if c.is_open}
    new = frozenset(f for f, codemod in now.items() if codemod in both and f not in earlier.concerns)
    resolved = tuple(k for f, k in earlier.concerns.items() if k.codemod in both and f not in now)
    return Since(earlier, new, resolved)


def _read(path: Path) -> Earlier | NotUsed:
    try:
        data: object = json.loads(path.read_bytes())
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        return NotUsed(path.name, said(error))
    except (ValueError, RecursionError):
        return NotUsed(path.name, "it is not JSON")
    if not _is_object(data) or not isinstance(data.get("findings"), list) or "version" not in data:
        return NotUsed(path.name, "it is not a report of tfmod")
    if data["version"] != SCHEMA:
        return NotUsed(path.name, f"version {data['version']} of the report is not known here")
    findings = [f for f in _list(data["findings"]) if _is_object(f)]
    return Earlier(
        path.name,
        _created(_text(data, "created")) or _dated(path.name) or changed,
        frozenset(c for f in findings if (c := _text(f, "codemod"))),
        coverages(_looks(findings)),
        {k.fingerprint: k for f in findings if (k := _known(f)) is not None},
    )


def _created(text: str) -> datetime | None:
    """A time of RFC 3339, in UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _dated(name: str) -> datetime | None:
    match = _DATE.search(name)
    if match is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _looks(findings: Sequence[Mapping[str, object]]) -> Iterator[Look]:
    for finding in findings:
        thing, outcome = _text(finding, "thing"), _text(finding, "outcome")
        if thing and outcome:
            place = _text(finding, "read_at").partition(":")[0] or _text(finding, "path")
            opened = is_open(outcome, bool(_text(finding, "rule")), _text(finding, "reason"))
            yield Look(Subject(_text(finding, "codemod"), thing), (place, _text(finding, "address")), outcome, opened)


def _known(finding: Mapping[str, object]) -> Known | None:
    fingerprint = _text(finding, "fingerprint")
    if not fingerprint or _text(finding, "reason") in (Reason.SUPPRESSED, Reason.DESELECTED, Reason.DECLINED):
        return None
    place = f"{_text(finding, 'path')}:{finding.get('line')}"
    return Known(fingerprint, _text(finding, "codemod"), _text(finding, "rule"), place, _text(finding, "message"))


def _text(finding: Mapping[str, object], key: str) -> str:
    value = finding.get(key)
    return value if isinstance(value, str) else ""


def _is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict)


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
