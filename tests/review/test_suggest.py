"""Suggestions: only where a click does just what the fix does, and only in lines of the change."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from refactor.changeset import Changeset
from refactor.codemod import FileEdits, Finding, Fix, Outcome, Place, Rule
from refactor.delivery.concerns import concerns
from refactor.delivery.report import Report
from refactor.edits import Edit
from refactor.review.suggest import Suggestion, marked, suggestions
from refactor.run import RunResult

RULE = Rule("X001", "x", "something")
TEXT = b"one = 1\ntwo = 2\nthree = 3\nfour = 4\n"


def finding(*edits: Edit, path: str = "a.tf", address: str = "x", more: tuple[FileEdits, ...] = (), create: bool = False) -> Finding:
    fix = Fix((FileEdits(path, edits), *more), {"new.tf": b""} if create else {})
    place = Place(path, edits[0].start, edits[0].end, 1, 1)
    return Finding(place, address, f"{address} is wrong", rule=RULE, outcome=Outcome.CHANGED, before="1", after="2", fix=fix, codemod="c")


def made(*findings: Finding, data: bytes = TEXT, changed: Collection[int] = range(1, 100)) -> list[Suggestion]:
    report = Report(RunResult(findings, Changeset()), "review", (), lambda path: data)
    return suggestions(report, concerns(findings), lambda _: frozenset(changed))


def applied(suggestion: Suggestion, data: bytes = TEXT) -> bytes:
    """What a forge makes of the file (GitHub, "Incorporating feedback"): the lines are replaced by those of the block."""
    lines = data.decode().splitlines(keepends=True)
    content = [suggestion.content + "\n"] if suggestion.content else []
    return "".join([*lines[: suggestion.first - 1], *content, *lines[suggestion.last :]]).encode()


@pytest.mark.parametrize(
    ("edits", "lines", "after"),
    [
        ([Edit(6, 7, b"9")], (1, 1), b"one = 9\ntwo = 2\nthree = 3\nfour = 4\n"),
        ([Edit(6, 7, b"9"), Edit(14, 15, b"8")], (1, 2), b"one = 9\ntwo = 8\nthree = 3\nfour = 4\n"),
        ([Edit(7, 7, b" # x")], (1, 1), b"one = 1 # x\ntwo = 2\nthree = 3\nfour = 4\n"),
        ([Edit(8, 8, b"mid = 0\n")], (1, 1), b"one = 1\nmid = 0\ntwo = 2\nthree = 3\nfour = 4\n"),
        ([Edit(0, 0, b"top = 0\n")], (1, 1), b"top = 0\none = 1\ntwo = 2\nthree = 3\nfour = 4\n"),
        ([Edit(8, 16, b"")], (2, 2), b"one = 1\nthree = 3\nfour = 4\n"),
        ([Edit(8, 16, b"2a = 1\n2b = 2\n")], (2, 2), b"one = 1\n2a = 1\n2b = 2\nthree = 3\nfour = 4\n"),
        ([Edit(6, 14, b"1\ntwo = ")], (1, 2), TEXT),
        ([Edit(35, 35, b"five = 5\n")], (4, 4), TEXT + b"five = 5\n"),
    ],
)
def test_a_click_does_what_the_fix_does(edits: list[Edit], lines: tuple[int, int], after: bytes) -> None:
    [suggestion] = made(finding(*edits))
    assert (suggestion.first, suggestion.last) == lines
    assert applied(suggestion) == after


def test_a_file_without_a_final_line_end() -> None:
    [suggestion] = made(finding(Edit(6, 7, b"9")), data=b"one = 1")
    assert suggestion.content == "one = 9"


def test_whole_lines_go_with_the_neighbour_that_was_changed() -> None:
    assert [(s.first, s.last) for s in made(finding(Edit(8, 8, b"mid = 0\n")), changed=[2])] == [(2, 2)]
    assert [(s.first, s.last) for s in made(finding(Edit(8, 8, b"mid = 0\n")), changed=[1])] == [(1, 1)]


@pytest.mark.parametrize(
    ("result", "data", "changed"),
    [
        (finding(Edit(6, 7, b"9")), TEXT, [2, 3, 4]),
        (finding(Edit(6, 7, b"9"), Edit(22, 23, b"9")), TEXT, [1, 3]),
        (finding(Edit(8, 8, b"mid = 0\n")), TEXT, [3, 4]),
        (finding(Edit(6, 7, b"9")), TEXT, []),
        (finding(Edit(6, 7, b"9")), TEXT.replace(b"\n", b"\r\n"), [1]),
        (finding(Edit(9, 10, b"9")), b"\xef\xbb\xbf" + TEXT, [1]),
        (finding(Edit(6, 7, b"9"), more=(FileEdits("b.tf", (Edit(0, 1, b"x"),)),)), TEXT, [1]),
        (finding(Edit(6, 7, b"9"), create=True), TEXT, [1]),
        (finding(Edit(7, 8, b"")), TEXT, [1]),
        (finding(Edit(6, 7, b"9")), b"one = 1\xff\n", [1]),
    ],
    ids=[
        "the line is not changed",
        "a line between is not changed",
        "neither neighbour is changed",
        "nothing is changed",
        "CR LF",
        "a byte order mark",
        "two files",
        "a new file",
        "lines that join",
        "no UTF-8",
    ],
)
def test_no_suggestion(result: Finding, data: bytes, changed: list[int]) -> None:
    assert made(result, data=data, changed=changed) == []


def test_fixes_that_share_a_line_are_one_suggestion() -> None:
    [suggestion] = made(finding(Edit(6, 7, b"9"), address="x"), finding(Edit(0, 3, b"uno"), address="y"))
    assert suggestion.content == "uno = 9"
    assert len(suggestion.fingerprints) == 2


def test_fixes_of_neighbouring_lines_are_two() -> None:
    assert [s.first for s in made(finding(Edit(6, 7, b"9"), address="x"), finding(Edit(14, 15, b"9"), address="y"))] == [1, 2]


def test_what_was_not_fixed_is_not_suggested() -> None:
    one = finding(Edit(6, 7, b"9"))
    [other] = [concerns([one])[0].first]
    report = Report(RunResult((one,), Changeset()), "review", (), lambda _: TEXT)
    assert suggestions(report, [], lambda _: frozenset({1})) == []
    assert other == one


def test_the_remark_names_its_findings_and_holds_nothing_that_mentions_people() -> None:
    [suggestion] = made(finding(Edit(6, 7, b"9"), address="@ada <b>"))
    note = suggestion.note()
    assert marked(note.body) == suggestion.fingerprints
    assert "@ada" not in note.body.replace("&#8203;", "|") and "<b>" not in note.body
    assert (note.path, note.line, note.first, note.suggestion) == ("a.tf", 1, 0, "one = 9")


@pytest.mark.parametrize("body", ["", "LGTM", "> <!-- tfmod-suggestion: 0a -->", "<!-- tfmod-suggestion: <b> -->"])
def test_other_remarks_are_not_taken_for_ours(body: str) -> None:
    assert marked(body) == frozenset()
