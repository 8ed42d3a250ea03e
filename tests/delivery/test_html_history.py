"""Earlier reports beside this one: how they are dated, compared and refused."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from refactor.codemod import Finding, Outcome
from refactor.delivery import json_report
from refactor.delivery.history import Earlier, NotUsed, read_history, refused
from refactor.delivery.html import render
from refactor.reasons import Reason
from tests.support.pages import Page, data_of
from tests.support.reports import Later, Odd, everything, found, report

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FINE = replace(found("fine", address="local.third"), rule=None, outcome=Outcome.FINE)


def stored(directory: Path, name: str, findings: Sequence[Finding]) -> None:
    """A report as earlier versions made them, without its time."""
    data = json.loads(json_report.render(report(findings)))
    del data["created"]
    (directory / name).write_text(json.dumps(data), "utf-8")


def page(directory: Path, findings: Sequence[Finding]) -> str:
    return render(replace(report(findings, codemods=(Odd, Later)), history=directory, now=lambda: NOW))


def used(directory: Path) -> Mapping[str, Earlier]:
    return {e.name: e for e in read_history(directory)[0]}


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("2026-02-23.json", datetime(2026, 2, 23, tzinfo=UTC)),
        ("audit-20260223T1805.json", datetime(2026, 2, 23, 18, 5, tzinfo=UTC)),
        ("2026-02-23_18-05-59-main.json", datetime(2026, 2, 23, 18, 5, 59, tzinfo=UTC)),
        ("2026-02-31.json", datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)),
        ("infra-120260223.json", datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)),
        ("latest.json", datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)),
    ],
)
def test_a_report_is_of_the_date_in_its_name_or_of_its_files(tmp_path: Path, name: str, when: datetime) -> None:
    stored(tmp_path, name, [found()])
    os.utime(tmp_path / name, (1_000_000_000, 1_000_000_000))
    assert used(tmp_path)[name].when == when


@pytest.mark.parametrize("name", ["2001-01-01.json", "latest.json"])
def test_a_report_that_says_when_it_was_made_is_of_that_time(tmp_path: Path, name: str) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=-5)))
    (tmp_path / name).write_text(json_report.render(replace(report([found()]), now=lambda: local)), "utf-8")
    assert used(tmp_path)[name].when == NOW


@pytest.mark.parametrize("created", ["", "yesterday", "2026-03-01T12:00:00", "0001-01-01T00:00:00+14:00", None, 1772366400])
def test_a_time_that_is_none_leaves_the_date_in_the_name(tmp_path: Path, created: object) -> None:
    data = json.loads(json_report.render(report([found()])))
    (tmp_path / "2026-02-23.json").write_text(json.dumps(data | {"created": created}), "utf-8")
    assert used(tmp_path)["2026-02-23.json"].when == datetime(2026, 2, 23, tzinfo=UTC)


def test_they_are_in_the_order_of_time_and_other_files_do_not_count(tmp_path: Path) -> None:
    for name in ("b-2026-01-01.json", "a-2026-02-01.json", "c-2025-12-01.json"):
        stored(tmp_path, name, [FINE])
    (tmp_path / "notes.txt").write_text("{}")
    assert list(used(tmp_path)) == ["c-2025-12-01.json", "b-2026-01-01.json", "a-2026-02-01.json"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is not JSON"),
        (b"\xff\xfe\x00", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"[]", "it is not a report of tfmod"),
        (b'{"findings": 1, "version": 1}', "it is not a report of tfmod"),
        (b'{"findings": []}', "it is not a report of tfmod"),
        (b'{"findings": [], "version": 2}', "version 2 of the report is not known here"),
    ],
)
def test_what_is_no_report_is_named_with_the_reason(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "odd.json").write_bytes(content)
    assert read_history(tmp_path) == ([], [NotUsed("odd.json", why)])
    assert why in Page(page(tmp_path, [FINE])).text("li")


def test_findings_of_the_wrong_shape_are_passed_over(tmp_path: Path) -> None:
    odd = [1, None, {}, {"codemod": 1, "thing": [], "outcome": {}, "fingerprint": 2}, {"thing": "entry", "outcome": "fine"}]
    (tmp_path / "2026-01-01.json").write_text(json.dumps({"version": 1, "findings": odd}))
    assert used(tmp_path)["2026-01-01.json"].concerns == {}


def test_a_directory_in_the_place_of_a_report_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "odd.json").mkdir()
    assert read_history(tmp_path)[1] == [NotUsed("odd.json", "is a directory")]


def test_new_and_resolved_are_counted_against_the_last_report(tmp_path: Path) -> None:
    stored(tmp_path, "2026-01-01.json", [found("old")])
    stored(tmp_path, "2026-02-01.json", [found("second"), found("third")])
    text = page(tmp_path, [found("second"), found("old")])
    rows = {f["before"]: f.get("isNew", False) for f in data_of(text)["findings"]}
    assert rows == {"second": False, "old": True}
    shown = Page(text)
    assert "1 new" in shown.text("b") and "1 resolved" in shown.text("b")
    assert any("third" in t for where, t in shown.texts if where == "li")


def test_a_codemod_that_did_not_run_both_times_says_nothing(tmp_path: Path) -> None:
    stored(tmp_path, "2026-01-01.json", [found("old")])
    rows = data_of(page(tmp_path, [found("old"), found("second", codemod="later")]))["findings"]
    assert not [r for r in rows if r.get("isNew")]
    (tmp_path / "2026-01-02.json").write_text(json_report.render(report([found("old"), found("second", codemod="gone")])))
    assert "0 resolved" in Page(page(tmp_path, [found("old")])).text("b")


def test_what_a_comment_suppresses_now_is_resolved(tmp_path: Path) -> None:
    stored(tmp_path, "2026-01-01.json", [found("old")])
    hidden = replace(found("old"), outcome=Outcome.SKIPPED, reason=Reason.SUPPRESSED)
    assert "1 resolved" in Page(page(tmp_path, [hidden])).text("b")


def test_a_coverage_has_a_line_from_the_first_report_to_this(tmp_path: Path) -> None:
    stored(tmp_path, "2026-01-01.json", [found("old"), found("second", address="local.b")])
    stored(tmp_path, "2026-02-01.json", [found("old"), FINE])
    text = page(tmp_path, [FINE])
    (points,) = [a["points"] for a in Page(text).of("polyline")]
    xs, ys = zip(*(map(float, p.split(",")) for p in points.split()), strict=True)
    assert ys == (100, 50, 0)
    assert xs[0] == 0 and xs[2] == 100 and xs[1] == pytest.approx(100 * 31 / 59.5, abs=0.1)
    assert re.search(r"<b>100 %</b> <span class=\"muted\">\+100 since 2026-01-01", text)


def test_reports_of_one_moment_stand_one_after_another(tmp_path: Path) -> None:
    stored(tmp_path, "2026-03-01T1200.json", [found("old")])
    (points,) = [a["points"] for a in Page(page(tmp_path, [FINE])).of("polyline")]
    assert points == "0.0,100.0 100.0,0.0"


def test_no_earlier_report_is_said(tmp_path: Path) -> None:
    assert "There is no earlier report to compare with." in Page(page(tmp_path, [FINE])).text("p")


def test_a_run_and_its_own_report_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "2026-02-28.json").write_text(json_report.render(everything()))
    text = render(replace(everything(), history=tmp_path, now=lambda: NOW))
    assert "0 new" in Page(text).text("b") and "0 resolved" in Page(text).text("b")
    assert "±0 since" in text


def test_a_directory_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert refused(tmp_path) is None
    for name in ("file", "none", "x" * 300):
        assert refused(tmp_path / name) is not None
