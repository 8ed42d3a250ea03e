"""``--format github``: workflow commands that a runner reads as they were meant, and nothing of a value that it takes for a command."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from refactor.codemod import Outcome, Severity
from refactor.delivery.github import render
from refactor.reasons import Reason
from refactor.run import SkippedFile
from tests.support.reports import AWKWARD, MILD, ODD, PATH, changed, each_outcome, everything, found, report

_COMMAND = re.compile(r"\s*::(?P<name>[a-z]+)(?: (?P<properties>.*?))?::(?P<message>.*)")


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """What a runner takes from the lines: it splits properties at commas and ``=``, and undoes the escapes (ActionCommand.cs)."""
    result = []
    for line in text.split("\n"):
        match = _COMMAND.match(line)
        if match is None:
            assert "##[" not in line, "a command in the older form"
            continue
        pairs = [p.split("=", 1) for p in (match["properties"] or "").split(",") if p]
        result.append((match["name"], {k: _unescaped(v) for k, v in pairs}, _unescaped(match["message"])))
    return result


def _unescaped(text: str) -> str:
    for escape, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def annotated(text: str) -> list[tuple[str, dict[str, str], str]]:
    return [c for c in commands(text) if c[0] in ("error", "warning", "notice")]


def test_nothing_found_is_one_line() -> None:
    assert render(report()) == "tfmod odd: nothing found\n"


def test_an_annotation_has_its_place_and_its_whole_message() -> None:
    ((name, properties, message),) = annotated(render(report([found()])))
    assert name == "error"
    assert properties == {
        "file": PATH,
        "line": "3",
        "endLine": "3",
        "col": "14",
        "endColumn": str(14 + len(AWKWARD)),
        "title": "ODD001 odd-value",
    }
    assert message == f"{found().message}; `tfmod odd` resolves it".replace("\n", " ")


def test_outcomes_that_are_concerns_are_annotated_and_the_rest_is_told() -> None:
    text = render(everything())
    assert [(a[0], a[1]["line"]) for a in annotated(text)] == [("error", "3"), ("error", "4"), ("notice", "2"), ("notice", "4")]
    assert "; becomes new and longer" in text
    assert "\nskipped: se cret|%.tf: the file is encrypted\n" in text
    assert text.count("::group::") == text.count("::endgroup::") == 2
    assert text.endswith("tfmod odd: 2 errors, 2 info\n")


@pytest.mark.parametrize(("severity", "command"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice")])
def test_severities(severity: Severity, command: str) -> None:
    ((name, _, _),) = annotated(render(report([found(rule=replace(ODD, severity=severity))])))
    assert name == command


def test_columns_are_left_out_where_a_place_has_several_lines() -> None:
    where = replace(found().place, end=found().place.end + 10)
    ((_, properties, _),) = annotated(render(report([found(place=where)])))
    assert (properties["line"], properties["endLine"]) == ("3", "4")
    assert not {"col", "endColumn"} & set(properties)


@pytest.mark.parametrize(
    "evil",
    [
        "x\n::add-mask::y",
        "x\r\n::stop-commands::t",
        "::error::x",
        "##[error]x",
        " ::set-env name=A::b",
        "a,line=9::b",
        "\u2028::error::x",
        "100%0A::x",
    ],
)
def test_no_value_becomes_a_command(evil: str) -> None:
    findings = [
        found(message=evil, before=evil, address=evil, detail=evil, place=replace(found().place, path=evil)),
        replace(found(message=evil, before=evil), rule=None, outcome=Outcome.SKIPPED, reason=Reason.NO_VALUE, detail=evil),
        found(message=evil, rule=replace(MILD, name=evil), outcome=Outcome.FAILED, reason=Reason.GATE, detail=evil),
    ]
    text = render(report(findings, label=evil, skipped=[SkippedFile(evil, Reason.UNPARSABLE, evil)]))
    assert {name for name, _, _ in commands(text)} == {"group", "endgroup", "error", "notice"}
    assert [c[1]["file"] for c in annotated(text) if c[0] == "error"] == [evil]


def test_a_literal_that_several_read_is_one_annotation() -> None:
    assert len(annotated(render(report([found(), found(address="local.b")])))) == 1


def test_what_a_comment_suppresses_is_told_with_its_reason_only() -> None:
    hidden = next(f for f in each_outcome() if f.reason is Reason.SUPPRESSED)
    text = render(report([hidden]))
    assert annotated(text) == []
    assert "toy | <b>" in text


def test_a_change_says_what_it_makes() -> None:
    ((_, _, message),) = annotated(render(report([changed()])))
    assert message.endswith("; becomes new and longer")
