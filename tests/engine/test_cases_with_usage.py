"""Examples and golden cases may carry what was measured, as rows or as a saved file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from refactor import catalogue
from refactor.codemod import Codemod
from refactor.metrics.saved import render
from refactor.metrics.scripted import ScriptedUsage
from refactor.metrics.usage import ContainerKey
from refactor.testing import check, examples, golden
from tests.support.measuring import MAIN, SOURCE

DB = ContainerKey("shop", "StatefulSet", "db", "postgres")
ROW = {str(DB): "memory 500Mi 500Mi 500Mi"}


@pytest.fixture
def codemod(tmp_path: Path) -> type[Codemod]:
    (tmp_path / "set_memory.py").write_text(SOURCE)
    return catalogue.load_file(tmp_path / "set_memory.py")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A golden case that expects 512Mi, of which nobody has said yet what was measured."""
    place = tmp_path / "golden" / "set-memory" / "measured"
    for side, text in (("in", MAIN), ("out", MAIN.replace('""', '"512Mi"'))):
        (place / side).mkdir(parents=True)
        (place / side / "main.tf").write_text(text)
    (place / "expect.json").write_text('{"findings": [{"outcome": "changed", "after": "512Mi"}]}')
    return place


def problems(codemod: type[Codemod], place: Path) -> list[str]:
    return [problem for case in golden(codemod, place.parent.parent) for problem in check(case)]


def test_examples_say_what_was_measured(codemod: type[Codemod]) -> None:
    cases = list(examples(codemod))
    assert [check(case) for case in cases] == [[], [], [], []]
    assert [case.usage is None for case in cases] == [False, False, False, True]
    assert any("not as expected" in problem for problem in check(replace(cases[0], usage=None)))


def test_a_golden_case_without_usage_has_nobody_to_ask(codemod: type[Codemod], case: Path) -> None:
    assert any("nobody to ask" in problem for problem in problems(codemod, case))


def test_a_golden_case_with_rows(codemod: type[Codemod], case: Path) -> None:
    expect = json.loads((case / "expect.json").read_text())
    (case / "expect.json").write_text(json.dumps(expect | {"usage": ROW}))
    assert problems(codemod, case) == []


def test_a_golden_case_with_a_saved_file(codemod: type[Codemod], case: Path) -> None:
    (case / "usage.json").write_bytes(render(ScriptedUsage(ROW).usage([DB])))
    assert problems(codemod, case) == []


def test_what_cannot_be_read_is_a_problem_of_the_case(codemod: type[Codemod], case: Path) -> None:
    (case / "usage.json").write_text("{}")
    assert problems(codemod, case) == ["usage: it is not a file of usage"]
    (case / "usage.json").unlink()
    (case / "expect.json").write_text(json.dumps({"usage": {"db": "cpu 1 2"}}))
    assert len(problems(codemod, case)) == 1
    assert problems(codemod, case)[0].startswith("usage: db: 'cpu 1 2': a container is")
