"""``--format json``: every report is valid by the schema that tfmod ships, and the schema says what the code knows."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from refactor.codemod import EffectKind, Outcome, Severity
from refactor.delivery.json_report import render, schema
from refactor.delivery.report import render as encoded
from refactor.reasons import Reason
from tests.support.reports import AWKWARD, PATH, everything, found, report
from tests.support.schemas import report_json


def test_a_report_on_nothing_is_valid() -> None:
    data = report_json(render(report()))
    assert (data["findings"], data["diff"], data["summary"]["outcomes"]) == ([], "", {})


def test_a_report_with_every_outcome_is_valid_and_complete() -> None:
    data = report_json(render(everything()))
    assert {f["outcome"] for f in data["findings"]} == {o.value for o in Outcome}
    assert data["findings"][0]["before"] == AWKWARD
    assert data["skipped_files"] == [{"path": "se cret|%.tf", "reason": "encrypted", "detail": ""}]
    assert data["changed_files"] == [PATH]
    assert '+  second = "new and longer"\r\n' in data["diff"]


def test_a_report_says_when_it_was_made_in_utc() -> None:
    local = datetime(2026, 3, 1, 1, 30, 59, 999_999, timezone(timedelta(hours=2)))
    assert report_json(render(replace(report(), now=lambda: local)))["created"] == "2026-02-28T23:30:59Z"


def test_only_concerns_have_a_fingerprint() -> None:
    findings = report_json(render(everything()))["findings"]
    assert [f["fingerprint"] is None for f in findings] == [f["rule"] is None for f in findings]


def test_a_file_name_that_is_not_utf_8_can_be_read_back() -> None:
    where = found().place
    odd = found(place=type(where)("\udcff.tf", 0, 1, 1, 1))
    data = json.loads(encoded(report([odd], files={}), "json").decode())
    assert data["findings"][0]["path"] == "\udcff.tf"


def _enum(name: str) -> list[Any]:
    return list(json.loads(schema())["$defs"][name]["enum"])


def test_the_schema_has_every_outcome_effect_and_severity_and_lets_reasons_come() -> None:
    assert _enum("outcome") == [o.value for o in Outcome]
    assert _enum("effect") == [k.value for k in EffectKind]
    finding = json.loads(schema())["$defs"]["finding"]["properties"]
    assert finding["severity"]["enum"] == [*(s.value for s in Severity), None]
    assert all(re.search(json.loads(schema())["$defs"]["reason"]["pattern"], r.value) for r in Reason)


def test_the_schema_requires_every_key_that_it_knows() -> None:
    data = json.loads(schema())
    for part in (data, data["$defs"]["finding"], data["properties"]["summary"]):
        assert part["required"] == list(part["properties"])
