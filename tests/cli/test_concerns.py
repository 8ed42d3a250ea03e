"""``tfmod concerns``: the audit as a document; it writes nothing but that, and asks nobody."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.cli.conftest import DEPLOYMENT, Tfmod
from tests.support.audits import listed

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def stacks(repository: Path) -> Path:
    """The stacks of ``examples/``, which have something of everything."""
    (repository / "main.tf").unlink()
    shutil.copytree(ROOT / "examples", repository, dirs_exist_ok=True)
    return repository


def test_the_document_goes_to_standard_output_and_the_exit_code_is_zero(repository: Path, tfmod: Tfmod) -> None:
    done = tfmod("concerns")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("# Codebase Concerns\n\n**Analysis Date:** ")
    assert "**Floating Image Tags:** `IMG001`, error" in done.out
    assert "`tfmod pin-images` changes it (`terraform plan` will show 1 x rollout)." in done.out
    assert (repository / "main.tf").read_text() == DEPLOYMENT


def test_every_line_of_real_stacks_is_that_of_a_finding_and_each_finding_is_there_once(stacks: Path, tfmod: Tfmod) -> None:
    findings = json.loads(tfmod("audit", "--format", "json").out)["findings"]
    shown = tfmod("concerns").out
    expected = Counter((f["path"], f["line"]) for f in findings if f["outcome"] != "already fine")
    counted: Counter[tuple[str, int]] = Counter()
    for (path, first, _), count in listed(shown).items():
        counted[path, first] += count
    assert counted == expected
    rows = re.findall(r"(?m)^\| [A-Z].*? \| `([A-Z]+\d+)` \| \w+ \| (\d+) \| \d* \|$", shown)
    assert {rule: int(count) for rule, count in rows} == Counter(f["rule"] for f in findings if f["outcome"] == "found")


def test_what_it_says_of_changes_is_what_the_codemod_then_does(stacks: Path, tfmod: Tfmod) -> None:
    page = tfmod("concerns", "--select", "add-pdbs", "--select", "add-probes").out
    for name in ("add-pdbs", "add-probes"):
        done = json.loads(tfmod(name, "--format", "json").out)["findings"]
        rows = re.findall(rf"\| `({'PDB' if name == 'add-pdbs' else 'PRB'}\d+)` \| \w+ \| \d+ \| (\d*) \|", page)
        changes = Counter(f["rule"] for f in done if f["outcome"] == "changed")
        assert {rule: int(count) for rule, count in rows if count} == changes
        assert changes


def test_it_is_the_same_on_a_second_run_and_does_not_read_the_cache(stacks: Path, tfmod: Tfmod) -> None:
    first = tfmod("concerns").out
    tfmod("pin-images")
    assert tfmod("concerns").out == first


def test_output_takes_the_document_and_says_where_it_is(repository: Path, tfmod: Tfmod) -> None:
    shown = tfmod("concerns").out
    done = tfmod("concerns", "--output", "CONCERNS.md")
    assert (done.code, done.out, done.err) == (0, "", "tfmod: the document is in CONCERNS.md\n")
    assert (repository / "CONCERNS.md").read_text() == shown
    assert tfmod("concerns", "-q", "-o", "CONCERNS.md").err == ""


def test_rules_can_be_selected_and_ignored_and_the_totals_stay(repository: Path, tfmod: Tfmod) -> None:
    (repository / "other.tf").write_text(DEPLOYMENT.replace('"web"', '"api"', 1).replace("nginx:latest", "nginx:1.27.3"))
    page = tfmod("concerns", "--select", "IMG003").out
    assert "1 of 2 images: the tag is exact" in page
    assert "IMG001" not in page
    assert "PRB001" not in page
    ignored = tfmod("concerns", "--ignore", "IMG003", "--ignore", "add-probes").out
    assert "IMG003" not in ignored
    assert "`add-probes`" not in ignored
    assert "| images | `pin-images` | 2 | 0 | 1 | 1 | 0% |" in ignored


def test_settings_of_the_repository_count(repository: Path, tfmod: Tfmod) -> None:
    (repository / "tfmod.toml").write_text('select = ["pin-images"]\nignore = ["IMG001"]\n')
    assert "Nothing was found." in tfmod("concerns").out
    (repository / "other.toml").write_text("")
    page = tfmod("concerns", "--config", "other.toml", "--exclude", "a*").out
    assert "`tfmod pin-images --config other.toml '--exclude=a*'` changes it" in page


def test_what_a_comment_suppresses_is_accepted_with_its_reason(repository: Path, tfmod: Tfmod) -> None:
    text = DEPLOYMENT.replace("# served as it is", "# tfmod:ignore[pin-images] a toy")
    (repository / "main.tf").write_text(text)
    page = tfmod("concerns").out
    assert "## Accepted" in page
    assert "- `IMG001` floating-image: a toy\n  - `main.tf` (line 7): `kubernetes_deployment_v1.web`\n" in page


def test_a_file_that_does_not_parse_is_debt(repository: Path, tfmod: Tfmod) -> None:
    (repository / "broken.tf").write_text(DEPLOYMENT[:-2])
    done = tfmod("concerns")
    assert done.code == 0
    assert "**Files That Do Not Parse:**" in done.out
    assert "  - `broken.tf`" in done.out


def test_the_commit_is_named(repository: Path, tfmod: Tfmod) -> None:
    assert "**Repository:** `repository`\n" in tfmod("concerns").out
    identity = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", *words], cwd=repository, check=True, env={**os.environ, **identity})
    assert re.search(r"\*\*Repository:\*\* `repository`, at `[0-9a-f]{12}` \(`main`\)\n", tfmod("concerns").out)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--select", "IMG01"], "there is no rule IMG01; did you mean IMG001?"),
        (["--output", "nowhere/x.md"], "--output: there is no directory"),
        (["--format", "json"], "unrecognized arguments: --format"),
        (["nowhere"], "nowhere"),
    ],
)
def test_wrong_usage_ends_with_two_and_no_document(repository: Path, tfmod: Tfmod, arguments: list[str], said: str) -> None:
    done = tfmod("concerns", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
