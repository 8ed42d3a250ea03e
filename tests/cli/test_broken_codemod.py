"""A codemod of one's own that raises: every command says which file it is, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Tfmod
from tests.support.git import Repository, isolate

CODEMOD = """
from refactor.codemod import Codemod, Safety

{top}

class Broken(Codemod):
    name = "broken"
    summary = "Raise."
    rationale = "None."
    safety = Safety.SAFE
    rules = ()

    def detect(self, project):
        return {body}

    def fix(self, project, findings, services):
        return []
"""


@pytest.fixture
def broken(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file, in a directory that tfmod.toml names."""
    isolate(monkeypatch)
    (repository / "tools").mkdir()
    (repository / "tfmod.toml").write_text('codemods = ["tools"]\n')
    file = repository / "tools" / "broken.py"
    file.write_text(CODEMOD.format(top="", body='{}["secret door"]'))
    Repository.create(repository, {})
    return file


@pytest.mark.parametrize(
    "command",
    [
        ("audit",),
        ("concerns",),
        ("fix",),
        ("fix", "--branch"),
        ("fix", "--base", "HEAD"),
        ("broken",),
        ("broken", "--write"),
        ("review", "--base", "HEAD~1"),
    ],
    ids=" ".join,
)
def test_the_message_names_its_file_and_line(broken: Path, tfmod: Tfmod, command: tuple[str, ...]) -> None:
    (broken.parent.parent / "new.tf").write_text("locals {}\n")
    Repository(broken.parent.parent).commit()
    done = tfmod(*command)
    assert done.code == 3
    [line] = [line for line in done.err.splitlines() if "broken.py" in line]
    assert f"tfmod {command[0]}: the codemod is broken: {broken}, line 14: KeyError: 'secret door' (-v shows the traceback)" == line
    assert "Traceback" not in done.err


def test_with_v_the_cause_is_shown(broken: Path, tfmod: Tfmod) -> None:
    done = tfmod("broken", "-v")
    assert done.code == 3 and "Traceback" in done.err and "in detect" in done.err
    assert done.err.splitlines()[-1].endswith(f"{broken}, line 14: KeyError: 'secret door'")


@pytest.mark.parametrize("top", ["{}['x']", "1 / 0", "raise RuntimeError"])
def test_one_that_raises_when_it_is_loaded(broken: Path, tfmod: Tfmod, top: str) -> None:
    broken.write_text(CODEMOD.format(top=top, body="[]"))
    for command in ("list", "audit", "broken"):
        done = tfmod(command)
        assert done.code == 3 and f"{broken}, line 4: " in done.err and "Traceback" not in done.err


@pytest.mark.parametrize(("line", "lacks"), [("rules = ()", "rules"), ("safety = Safety.SAFE", "safety"), ("def detect(", "detect")])
def test_one_that_lacks_something(broken: Path, tfmod: Tfmod, line: str, lacks: str) -> None:
    other = line.replace("detect", "look") if lacks == "detect" else "pass"
    broken.write_text(CODEMOD.format(top="", body="[]").replace(line, other))
    for command in ("list", "audit", "broken"):
        done = tfmod(command)
        assert done.code == 2 and f"{broken}: the codemod broken has no {lacks}\n" in done.err


def test_an_error_of_ours_is_not_blamed_on_a_codemod(repository: Path, tfmod: Tfmod, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr("refactor.commands._opened", fails)
    with pytest.raises(RuntimeError, match="ours"):
        tfmod("audit")
