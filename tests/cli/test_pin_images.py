"""``tfmod pin-images`` from its arguments to files, branches and exit codes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import DEPLOYMENT, Tfmod

PINNED = "nginx:1.27.3@sha256:"


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def committed(repository: Path) -> Path:
    git(repository, "init", "--quiet", "--initial-branch=main")
    git(repository, "config", "user.name", "Somebody")
    git(repository, "config", "user.email", "somebody@example.org")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message=start")
    return repository


def test_by_default_nothing_is_written_and_git_can_apply_what_is_printed(committed: Path, tfmod: Tfmod) -> None:
    done = tfmod("pin-images")
    assert (committed / "main.tf").read_text() == DEPLOYMENT
    assert done.code == 0
    patch = committed.parent / "change.patch"
    patch.write_text(done.out)
    git(committed, "apply", "--check", str(patch))
    git(committed, "apply", str(patch))
    assert PINNED in (committed / "main.tf").read_text()
    assert "# served as it is" in (committed / "main.tf").read_text()


def test_the_report_is_not_in_the_diff(repository: Path, tfmod: Tfmod) -> None:
    done = tfmod("pin-images")
    assert done.out.startswith("diff --git a/main.tf b/main.tf\n")
    assert "1 changed in 1 file" in done.err
    assert "--write" in done.err
    assert "changed" not in done.out


def test_write_changes_the_line_and_a_second_run_nothing(repository: Path, tfmod: Tfmod) -> None:
    assert tfmod("pin-images", "--write").code == 0
    text = (repository / "main.tf").read_text()
    before, after = DEPLOYMENT.splitlines(), text.splitlines()
    assert [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [6]
    second = tfmod("pin-images", "--write")
    assert (second.code, second.out) == (0, "")
    assert (repository / "main.tf").read_text() == text


def test_check_exits_with_one_and_writes_nothing(repository: Path, tfmod: Tfmod) -> None:
    done = tfmod("pin-images", "--check")
    assert (done.code, done.out) == (1, "")
    assert (repository / "main.tf").read_text() == DEPLOYMENT


def test_check_exits_with_zero_when_all_is_fine(repository: Path, tfmod: Tfmod) -> None:
    tfmod("pin-images", "--write")
    assert tfmod("pin-images", "--check").code == 0


def test_a_dry_run_environment_keeps_write_from_writing(repository: Path, tfmod: Tfmod, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRY_RUN", "1")
    done = tfmod("pin-images", "--write")
    assert (repository / "main.tf").read_text() == DEPLOYMENT
    assert "DRY_RUN" in done.err


def test_branch_holds_one_commit_and_leaves_working_tree_index_and_head(committed: Path, tfmod: Tfmod) -> None:
    (committed / "other.tf").write_text("# not committed\n")
    git(committed, "add", "other.tf")
    head, status = git(committed, "rev-parse", "HEAD"), git(committed, "status", "--porcelain")
    done = tfmod("pin-images", "--branch", "pins")
    assert done.code == 0, done.err
    assert (git(committed, "rev-parse", "HEAD"), git(committed, "status", "--porcelain")) == (head, status)
    assert (committed / "main.tf").read_text() == DEPLOYMENT
    assert git(committed, "rev-list", "--count", "main..pins").strip() == "1"
    assert git(committed, "diff", "--name-only", "main", "pins").split() == ["main.tf"]
    message = git(committed, "log", "-1", "--format=%B", "pins")
    assert message.startswith("pin-images: 1 image in 1 file\n\n")
    assert "nginx:latest -> nginx:1.27.3@sha256:" in message


def test_branch_outside_git_is_refused_with_a_reason(repository: Path, tfmod: Tfmod) -> None:
    done = tfmod("pin-images", "--branch")
    assert done.code == 3
    assert "not a git repository" in done.err


def test_uncommitted_changes_that_overlap_are_refused(committed: Path, tfmod: Tfmod) -> None:
    (committed / "main.tf").write_text(DEPLOYMENT + "# mine\n")
    done = tfmod("pin-images", "--branch", "pins")
    assert done.code == 3
    assert "main.tf" in done.err
    assert git(committed, "branch", "--list", "pins") == ""


def test_json_has_every_field_of_every_site(repository: Path, tfmod: Tfmod) -> None:
    (repository / "main.tf").write_text(DEPLOYMENT + DEPLOYMENT.replace('"web" {', '"db" {').replace("nginx:latest", "redis:5"))
    done = tfmod("pin-images", "--format", "json")
    report = json.loads(done.out)
    assert report["version"] == 1
    changed, failed = report["findings"]
    assert {k: changed[k] for k in ("path", "line", "column", "rule", "outcome", "reason", "before", "effect")} == {
        "path": "main.tf",
        "line": 7,
        "column": 20,
        "rule": "IMG001",
        "outcome": "changed",
        "reason": None,
        "before": "nginx:latest",
        "effect": "rollout",
    }
    assert changed["after"].startswith(PINNED)
    assert changed["address"] == "kubernetes_deployment_v1.web / spec.template.spec.container[0].image"
    assert (failed["outcome"], failed["reason"], failed["after"]) == ("failed", "not-found", None)
    assert done.code == 3
    assert report["diff"].startswith("diff --git")


def test_an_image_that_does_not_resolve_is_listed_and_the_others_go_on(repository: Path, tfmod: Tfmod) -> None:
    (repository / "other.tf").write_text(DEPLOYMENT.replace("nginx:latest", "nothing/here:1"))
    done = tfmod("pin-images", "--write")
    assert done.code == 3
    assert PINNED in (repository / "main.tf").read_text()
    assert (repository / "other.tf").read_text() == DEPLOYMENT.replace("nginx:latest", "nothing/here:1")
    assert "other.tf:7:20: nothing/here:1" in done.err


def test_offline_asks_nobody_and_says_so(repository: Path, tfmod: Tfmod) -> None:
    done = tfmod("pin-images", "--offline")
    assert (done.code, done.out) == (3, "")
    assert "offline" in done.err


def test_the_lock_file_makes_an_offline_run_possible(repository: Path, tfmod: Tfmod) -> None:
    assert tfmod("pin-images", "--write", "--lock").code == 0
    lock = (repository / "tfmod.lock").read_text()
    assert "docker.io/library/nginx:latest" in lock
    (repository / "main.tf").write_text(DEPLOYMENT)
    done = tfmod("pin-images", "--write", "--offline", "--no-cache")
    assert done.code == 0, done.err
    assert PINNED in (repository / "main.tf").read_text()
    assert (repository / "tfmod.lock").read_text() == lock


def test_without_a_lock_file_none_is_made(repository: Path, tfmod: Tfmod) -> None:
    tfmod("pin-images", "--write")
    assert not (repository / "tfmod.lock").exists()


def test_a_lock_file_that_is_none_is_wrong_configuration(repository: Path, tfmod: Tfmod) -> None:
    (repository / "tfmod.lock").write_text("not a lock file {")
    done = tfmod("pin-images")
    assert done.code == 2
    assert "tfmod.lock" in done.err


@pytest.mark.parametrize(
    ("answers", "changed"),
    [("y\n", True), ("n\n", False), ("q\n", False), ("a\n", True), ("", False), ("what\ny\n", True)],
)
def test_interactive_asks_about_each_change(
    repository: Path, tfmod: Tfmod, monkeypatch: pytest.MonkeyPatch, answers: str, changed: bool
) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(answers))
    done = tfmod("pin-images", "-i", "--write")
    assert ("[y]es" in done.out) and "nginx:latest" in done.out
    assert (PINNED in (repository / "main.tf").read_text()) is changed


def test_paths_narrow_what_is_changed(repository: Path, tfmod: Tfmod) -> None:
    (repository / "one").mkdir()
    (repository / "one" / "main.tf").write_text(DEPLOYMENT)
    assert tfmod("pin-images", "--write", "one").code == 0
    assert PINNED in (repository / "one" / "main.tf").read_text()
    assert (repository / "main.tf").read_text() == DEPLOYMENT


def test_a_file_that_does_not_parse_is_skipped_and_the_others_go_on(repository: Path, tfmod: Tfmod) -> None:
    (repository / "broken.tf").write_text(DEPLOYMENT + "}")
    done = tfmod("pin-images", "--write")
    assert done.code == 3
    assert "broken.tf" in done.err and "does not parse" in done.err
    assert PINNED in (repository / "main.tf").read_text()


def test_a_read_only_file_is_not_written_and_neither_is_any_other(repository: Path, tfmod: Tfmod) -> None:
    (repository / "other.tf").write_text(DEPLOYMENT)
    (repository / "main.tf").chmod(0o444)
    done = tfmod("pin-images", "--write")
    assert done.code == 3
    assert "main.tf" in done.err and "nothing was written" in done.err
    assert (repository / "other.tf").read_text() == DEPLOYMENT


def test_style_tag_writes_no_digest(repository: Path, tfmod: Tfmod) -> None:
    tfmod("pin-images", "--write", "--style", "tag")
    assert 'image = "nginx:1.27.3" #' in (repository / "main.tf").read_text()


def test_options_come_from_the_configuration_and_flags_win(repository: Path, tfmod: Tfmod) -> None:
    (repository / "tfmod.toml").write_text('[pin-images]\nstyle = "tag"\n')
    assert "sha256" not in tfmod("pin-images").out
    assert "nginx@sha256" in tfmod("pin-images", "--style", "digest").out


def test_a_platform_pins_its_own_manifest(repository: Path, tfmod: Tfmod) -> None:
    index, child = tfmod("pin-images").out, tfmod("pin-images", "--platform", "linux/arm64").out
    assert index != child
    assert tfmod("pin-images", "--platform", "linux/s390x").code == 3
    assert tfmod("pin-images", "--platform", "nonsense").code == 2
