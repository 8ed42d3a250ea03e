"""``--format junit``: valid by the schema that Jenkins' plugin has, counts that add up, values that XML can hold."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest

from refactor.codemod import Place
from refactor.delivery.junit import render
from tests.support.reports import AWKWARD, changed, everything, found, report
from tests.support.schemas import junit


def cases(root: Element) -> list[tuple[str, str]]:
    """Name and result of each case."""
    return [(c.get("name", ""), c[0].tag if len(c) else "passed") for c in root.iter("testcase")]


def test_nothing_looked_at_is_an_empty_report() -> None:
    root = junit(render(report()))
    assert (len(root), root.get("tests"), root.get("failures")) == (0, "0", "0")


def test_each_outcome_has_its_result() -> None:
    root = junit(render(everything()))
    assert cases(root) == [
        ("local.first", "failure"),
        ("local.unknown", "skipped"),
        ("local.second", "failure"),
        ("local.third", "passed"),
        ("local.fourth", "skipped"),
        ("local", "error"),
        ("local (2)", "skipped"),
        ("se cret|%.tf", "skipped"),
    ]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("8", "2", "1")
    odd, files = root
    assert (odd.get("name"), odd.get("tests"), odd.get("skipped")) == ("odd: stacks/my app 100%", "7", "3")
    assert (files.get("name"), files.get("skipped")) == ("files", "1")


def test_a_skip_says_why() -> None:
    root = junit(render(everything()))
    assert [s.get("message") for s in root.iter("skipped")] == [
        "no literal in this repository determines the value (of <x> | `y`)",
        "a tfmod:ignore comment says so (toy | <b>)",
        "the registry did not answer (timed out)",
        "the file is encrypted",
    ]


def test_a_failure_has_rule_place_and_message() -> None:
    (failure,) = junit(render(report([found()]))).iter("failure")
    assert failure.get("type") == "ODD001"
    assert failure.get("message", "").startswith(f"ODD001: {AWKWARD}: @octocat")
    assert (failure.text or "").startswith("stacks/my app 100%/größe.tf:3:14\n")


@pytest.mark.parametrize(("applied", "result"), [(False, "failure"), (True, "system-out")])
def test_what_is_being_changed_passes_and_what_would_be_does_not(applied: bool, result: str) -> None:
    assert cases(junit(render(report([changed()], applied=applied)))) == [("local.second", result)]


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x0b", "\ufffe", "\udcff"])
def test_what_xml_cannot_hold_is_replaced(character: str) -> None:
    where = Place(f"a{character}b.tf", 0, 1, 1, 1)
    odd = replace(found(message=f"x{character}y", address=f"{character}"), place=where)
    (failure,) = junit(render(report([odd], files={}))).iter("failure")
    assert failure.get("message") == "ODD001: x\ufffdy"
