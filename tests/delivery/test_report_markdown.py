"""``--format markdown``: read by a parser of its own, so that no value can spoil a table, a fence or the page around it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from refactor.changeset import Changeset
from refactor.codemod import Outcome
from refactor.delivery.markdown import render
from refactor.delivery.markdown_text import code, fenced, html, text
from refactor.reasons import Reason
from tests.support.reports import AWKWARD, MILD, PATH, changed, each_outcome, everything, found, report

_NASTY = [
    AWKWARD,
    "a | b",
    "`",
    "``x`` `",
    "<script>alert(1)</script>",
    "<!-- ",
    "</details>",
    "\\| \\",
    "*a* _b_ ~~c~~ $d$",
    "[a](https://example.org) ![b](c)",
    "line\nbreak\r\n# heading",
    "&lt;",
]


def parsed(markdown: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)


def inline(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or ()]


def tables(markdown: str) -> list[list[list[str]]]:
    """The cells of each table, as shown."""
    result: list[list[list[str]]] = []
    cell = False
    for token in parsed(markdown):
        if token.type == "table_open":
            result.append([])
        elif token.type == "tr_open":
            result[-1].append([])
        elif token.type in ("th_open", "td_open"):
            cell = True
        elif token.type in ("th_close", "td_close"):
            cell = False
        elif token.type == "inline" and cell:
            result[-1][-1].append("".join(c.content for c in token.children or ()))
    return result


def test_nothing_found_is_a_sentence() -> None:
    assert render(report()) == "## tfmod odd\n\nNothing found.\n"


def test_counts_stand_first_and_add_up() -> None:
    page = render(everything())
    assert page.splitlines()[2] == "**1 finding**, **1 change** in 1 file, 1 already fine, 3 skipped, 1 failed."
    by_rule, coverage, *_ = tables(page)
    assert by_rule == [
        ["Rule", "What", "Severity", "Found", "Changed", "Skipped", "Failed"],
        ["ODD001", "odd-value: the value is odd | or `worse`", "error", "1", "1", "1", ""],
        ["ODD002", "mild-value: the value is mild", "info", "", "", "1", "1"],
    ]
    assert coverage == [["Looked at", "Total", "Fine", "Fine with the changes"], ["entries", "4", "1 (25%)", "2 (50%)"]]


def test_codemods_that_look_at_the_same_kind_of_thing_have_a_coverage_each_as_in_html() -> None:
    other = [replace(f, codemod="later") for f in (found(), replace(found(), address="local.b", rule=None, outcome=Outcome.FINE))]
    (coverage,) = [t for t in tables(render(report([found(), *other]))) if t[0][0] == "Looked at"]
    assert coverage[1:] == [["entries (odd)", "1", "0 (0%)"], ["entries (later)", "2", "1 (50%)"]]


def test_a_thing_with_two_findings_is_one_thing() -> None:
    (coverage,) = [t for t in tables(render(report([found(), found("old", MILD, address="local.first")]))) if t[0][0] == "Looked at"]
    assert coverage[1:] == [["entries", "1", "0 (0%)"]]


def test_what_is_not_known_to_be_wrong_is_no_part_of_coverage() -> None:
    unknown = replace(found(), rule=None, outcome=Outcome.SKIPPED, reason=Reason.NOT_LITERAL)
    assert "Looked at" not in render(report([unknown]))


def test_two_stacks_with_a_resource_of_one_address_have_two_of_it() -> None:
    one = changed()
    other = replace(one, place=replace(one.place, path="b/main.tf"))
    assert "`terraform plan` will show: 2 x rollout" in render(report([one, one, other], changes=Changeset()))


def test_directories_are_counted_where_there_are_several() -> None:
    elsewhere = replace(found(), place=replace(found().place, path="b|c/x.tf"))
    assert sorted(tables(render(report([found(), elsewhere])))[1][1:]) == [["b|c", "1"], ["stacks/my app 100%", "1"]]


def test_details_are_collapsed_and_say_why() -> None:
    page = render(everything())
    summaries = re.findall(r"<details><summary>(.*)</summary>", page)
    assert summaries == [
        "Skipped: no literal in this repository determines the value (1)",
        "Skipped: a tfmod:ignore comment says so (1)",
        "Failed: the result did not pass verification (1)",
        "Skipped: the registry did not answer (1)",
        "Skipped: the file is encrypted (1)",
        "ODD001 odd-value (2)",
        "Diff of 1 file",
    ]
    assert page.count("<details>") == page.count("\n</details>\n")
    assert "`terraform plan` will show: 1 x rollout" in page


def test_a_change_has_what_it_becomes_and_its_effect() -> None:
    *_, details = tables(render(report([changed()])))
    assert details == [
        ["Place", "Value", "Becomes", "Effect", "Why"],
        [f"{PATH}:4", "old", "new and longer", "rollout", "@\u200boctocat *said* so"],
    ]


def test_the_diff_is_whole_in_a_fence_that_it_cannot_close() -> None:
    made = report([changed(after="````\n```")])
    (fence,) = [t for t in parsed(render(made)) if t.type == "fence"]
    assert fence.info == "diff"
    assert fence.content.replace("\r", "").strip() == made.diff().decode().replace("\r", "").strip()


@pytest.mark.parametrize("value", _NASTY)
def test_a_value_is_shown_as_it_is_and_changes_nothing_around_it(value: str) -> None:
    where = replace(found().place, path=f"{value.splitlines()[0]}/x.tf")
    hidden = next(f for f in each_outcome() if f.reason is Reason.SUPPRESSED)
    findings = [found(message=value, before=value, place=where), changed(), replace(hidden, before=value, detail=value)]
    page = render(report(findings, label=value, files=None))
    tokens = parsed(page)
    shown = value.replace("\r\n", "  ").replace("\n", " ")
    details = next(t for t in tables(page) if t[0][:2] == ["Place", "Value"])
    assert [len(row) for row in details] == [5, 5, 5]
    assert details[1][1].strip() == shown.strip()
    assert details[1][4].replace("\u200b", "").strip() == shown.strip()
    assert [t.content for t in tokens if t.type == "html_block"].count("</details>\n") == page.count("\n</details>\n")
    assert {t.type for t in inline(tokens)} <= {"text", "code_inline", "strong_open", "strong_close", "text_special"}
    assert len([t for t in tokens if t.type == "heading_open"]) == 1


@pytest.mark.parametrize("value", _NASTY)
def test_values_in_html_are_text(value: str) -> None:
    shown = html(value)
    assert "<" not in shown
    assert unescape(shown).replace("\u200b", "") == value.replace("\r\n", "  ").replace("\n", " ")


@pytest.mark.parametrize("value", ["@octocat", "(@octocat", "#12", "x:100:", "<@octocat>"])
def test_nobody_is_mentioned_and_no_emoji_appears(value: str) -> None:
    for shown in (text(value), html(value)):
        assert "&#8203;" in shown
    assert "&#8203;" not in code(value)


@pytest.mark.parametrize("value", ["nginx@sha256:ab", "a#1", "a: b", "nginx:latest"])
def test_what_mentions_nobody_can_be_copied(value: str) -> None:
    assert text(value) == html(value) == value


def test_an_empty_value_is_no_code_span() -> None:
    assert code("") == code("\n") == ""


def test_a_fence_is_longer_than_any_in_it() -> None:
    assert fenced("a\n`````\n")[0] == "`" * 6
    assert fenced("a")[0] == "```"


def test_a_limit_cuts_the_diff_first_then_the_lists_and_says_so() -> None:
    made = everything()
    whole = render(made)
    without_diff = render(made, len(whole) - 1)
    assert "Diff of" not in without_diff
    assert "ODD001 odd-value (2)" in without_diff
    assert "1 section of details would be too long" in without_diff
    short = render(made, 1)
    assert "2 sections of details" in short
    assert "| `ODD001` |" in short
