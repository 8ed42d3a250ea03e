"""``--format html`` and ``--history`` at a prompt."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import DEPLOYMENT, Tfmod
from tests.support.pages import Page, data_of


@pytest.mark.parametrize("command", [["audit"], ["pin-images"], ["fix"]], ids=" ".join)
def test_the_report_is_one_page_in_a_file(repository: Path, tfmod: Tfmod, command: list[str]) -> None:
    done = tfmod(*command, "--format", "html", "-o", "report.html")
    assert done.out == "" and done.err == "tfmod: the html report is in report.html\n"
    text = (repository / "report.html").read_text("utf-8")
    assert Page(text).text("h1").startswith(f"tfmod {command[0]}")
    assert [f["path"] for f in data_of(text)["findings"] if f.get("rule") == "IMG001"] == ["main.tf"]


def test_a_fix_is_there_with_its_difference_and_what_plan_will_show(repository: Path, tfmod: Tfmod) -> None:
    text = tfmod("pin-images", "--format", "html").out
    data = data_of(text)
    (row,) = [f for f in data["findings"] if f["outcome"] == "changed"]
    lines = data["diffs"][row["diffs"][0]]["hunks"][0][3]
    ((old, new),) = [line for line in lines if isinstance(line, list)]
    assert old == ['          image = "nginx:latest" # served as it is'] and "nginx:1.27.3@sha256:" in new[0]
    assert row["effects"] == [["rollout", "kubernetes_deployment_v1.web"]]
    assert "kubernetes_deployment_v1.web" in Page(text).text("code")


def test_two_codemods_in_one_file_have_a_difference_each(repository: Path, tfmod: Tfmod) -> None:
    (repository / "main.tf").write_text(DEPLOYMENT.replace("nginx:latest", "nginx:1.27"))
    data = data_of(tfmod("fix", "--format", "html").out)
    image, *others = sorted((f for f in data["findings"] if f["outcome"] == "changed"), key=lambda f: f["codemod"] != "pin-images")
    assert all(f["diffs"] for f in (image, *others))
    assert image["line"] == 1 + DEPLOYMENT.partition("image")[0].count("\n"), "of the file as it is, whatever was put in above"


def test_stacks_are_on_the_map(repository: Path, tfmod: Tfmod) -> None:
    for name in ("a", "b"):
        (repository / name).mkdir()
        (repository / name / "main.tf").write_text(DEPLOYMENT)
    text = tfmod("audit", "--format", "html").out
    assert len(re.findall(r'<svg class="cell', text)) == 2 * 3
    assert {f["stack"] for f in data_of(text)["findings"]} == {".", "a", "b"}


def test_a_finding_is_of_the_stack_where_the_text_stands_that_decides(repository: Path, tfmod: Tfmod) -> None:
    (repository / "main.tf").unlink()
    for name in ("a", "b"):
        (repository / name).mkdir()
        (repository / name / "main.tf").write_text('module "app" {\n  source = "../app"\n  image  = "nginx:latest"\n}\n')
    (repository / "app").mkdir()
    module = DEPLOYMENT.replace('"nginx:latest"', "var.image").replace(
        "spec {", 'metadata {\n    labels = { tier = "core" }\n  }\n  spec {', 1
    )
    (repository / "app" / "main.tf").write_text('variable "image" {}\n' + module)
    found = [f for f in data_of(tfmod("audit", "--format", "html").out)["findings"] if f.get("rule") == "IMG001"]
    assert [(f["path"], f["stack"], f["tier"]) for f in found] == [("a/main.tf", "a", "core"), ("b/main.tf", "b", "core")]


def test_a_commit_of_its_own_is_named_and_not_where_it_lies_for_the_moment(repository: Path, tfmod: Tfmod) -> None:
    own = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q", "-b", "work"), ("add", "."), (*own, "commit", "-qm", "first"), ("tag", "v1")):
        subprocess.run(["git", "-C", repository, *arguments], check=True)
    page = Page(tfmod("pin-images", "--base", "v1", "--format", "html").out)
    head = subprocess.run(["git", "-C", repository, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout
    assert page.text("title").splitlines()[0] == "tfmod pin-images: repository"
    assert head[:12] in page.text("code") and "v1" in page.text("code")


def test_history_says_what_is_new(repository: Path, tfmod: Tfmod) -> None:
    (repository / "history").mkdir()
    tfmod("audit", "--format", "json", "-o", "history/2026-01-01.json")
    same = tfmod("audit", "--format", "html", "--history", "history")
    assert "0 new" in Page(same.out).text("b")
    (repository / "more.tf").write_text(DEPLOYMENT.replace('"web"', '"more"'))
    more = tfmod("audit", "--format", "html", "--history", "history")
    assert {f["path"] for f in data_of(more.out)["findings"] if f.get("isNew")} == {"more.tf"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--history", "."], "--history is for --format html, not text"),
        (["--history", ".", "--format", "json"], "--history is for --format html, not json"),
        (["--history", "none", "--format", "html"], "--history: none is not a directory"),
        (["--history", "main.tf", "--format", "html"], "--history: main.tf is not a directory"),
    ],
    ids=" ".join,
)
def test_a_history_that_cannot_be_shown_is_refused_before_the_run(repository: Path, tfmod: Tfmod, arguments: list[str], said: str) -> None:
    done = tfmod("audit", *arguments)
    assert (done.code, done.out) == (2, "") and said in done.err
