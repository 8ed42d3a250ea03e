"""``--format gitlab``: what GitLab requires of a Code Quality report, and no more."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator

from refactor.delivery.gitlab import render
from refactor.delivery.report import Report
from tests.support.reports import PATH, everything, found, report

# GitLab's documentation, "Code Quality report format": a JSON array, without a byte order mark, of objects with these keys.
_FORMAT = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string"},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}


def issues(made: Report) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = json.loads(render(made))
    Draft202012Validator(_FORMAT).validate(data)
    return data


def test_nothing_found_is_an_empty_array() -> None:
    assert issues(report()) == []


def test_open_concerns_are_issues_and_nothing_else_is() -> None:
    found = issues(everything())
    assert [(i["check_name"], i["severity"], i["location"]["lines"]["begin"]) for i in found] == [
        ("odd-value", "major", 3),
        ("odd-value", "major", 4),
        ("mild-value", "info", 2),
        ("mild-value", "info", 4),
    ]
    assert {i["location"]["path"] for i in found} == {PATH}
    assert len({i["fingerprint"] for i in found}) == len(found), "GitLab shows one of those with the same fingerprint"


def test_a_description_is_one_line() -> None:
    (issue,) = issues(report([found()]))
    assert "\n" not in issue["description"]
    assert issue["description"].startswith("ODD001: ")
