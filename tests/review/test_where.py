"""Where it cannot be said what a change is: a clear message, exit code 2, and what to do; and where it can, in odd places."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.review.conftest import Review, deployment
from tests.support.git import Repository


def test_no_merge_base_in_a_shallow_clone_says_what_to_check_out(
    repo: Repository, review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write({"web/main.tf": deployment("web", "fresh:latest").encode()})
    repo.commit()
    repo.run("checkout", "--quiet", "main")
    repo.write({"README.md": b"later\n"})
    repo.commit()
    shallow = tmp_path / "shallow"
    repo.run("clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=change", f"file://{repo.root}", str(shallow))
    monkeypatch.chdir(shallow)
    done = review(base="origin/main")
    assert done.code == 2
    assert "shallow clone" in done.err and "fetch-depth: 0" in done.err and "GIT_DEPTH: 0" in done.err


def test_histories_without_a_common_commit(repo: Repository, review: Review) -> None:
    repo.run("checkout", "--quiet", "--orphan", "lonely")
    repo.commit("another first one")
    done = review()
    assert done.code == 2
    assert "main and HEAD have no common ancestor" in done.err


def test_a_base_that_is_not_there_says_how_to_get_it(repo: Repository, review: Review) -> None:
    done = review(base="origin/release")
    assert done.code == 2
    assert "there is no commit origin/release here: git fetch origin release" in done.err


def test_a_range_is_no_branch_that_could_be_fetched(repo: Repository, review: Review) -> None:
    assert review(base="main..change").err.splitlines()[-1].endswith("there is no commit main..change here")


@pytest.mark.parametrize("arguments", [(), ("--head", "HEAD"), ("web",)])
def test_a_change_that_deletes_all_terraform_files_is_reviewed_too(repo: Repository, review: Review, arguments: tuple[str, ...]) -> None:
    repo.run("rm", "--quiet", "-r", "web", "db")
    (repo.root / "web").mkdir()
    repo.commit("none left")
    done = review(*arguments)
    assert done.code == 0
    assert "0 new findings" in done.err and "0 resolved" not in done.err


def test_a_base_that_is_only_a_remote_branch_is_found(
    repo: Repository, review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = tmp_path / "clone"
    repo.run("clone", "--quiet", "--branch=change", f"file://{repo.root}", str(clone))
    monkeypatch.chdir(clone)
    assert review(base="main").code == 0


@pytest.mark.parametrize("base", ["--output=made", "-p", "HEAD..main", ""])
def test_a_base_that_is_no_name_of_a_commit(repo: Repository, review: Review, base: str) -> None:
    done = review(f"--base={base}", base="")
    assert done.code == 2
    assert not (repo.root / "made").exists()


def test_outside_of_git(repo: Repository, review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "main.tf").write_text(deployment("x", "x:latest"))
    monkeypatch.chdir(plain)
    done = review()
    assert done.code == 2
    assert "is in no git repository" in done.err and "tfmod audit" in done.err


def test_a_repository_without_a_commit(repo: Repository, review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = Repository.create(tmp_path / "empty")
    empty.write({"main.tf": deployment("x", "x:latest").encode()})
    empty.run("add", "main.tf")
    monkeypatch.chdir(empty.root)
    done = review()
    assert done.code == 2
    assert "there is no commit yet" in done.err


def test_without_a_base_it_says_so(repo: Repository, review: Review) -> None:
    done = review(base="")
    assert done.code == 2
    assert "--base REF" in done.err


def test_in_a_ci_job_the_base_is_known(repo: Repository, review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    assert review(base="").code == 0


def test_in_a_linked_worktree(repo: Repository, review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.run("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    (tmp_path / "linked/web/main.tf").write_text(deployment("web", "fresh:latest"))
    monkeypatch.chdir(tmp_path / "linked")
    assert len(review().new) == 1


def test_in_a_hook_of_another_repository(repo: Repository, tmp_path: Path) -> None:
    """``GIT_DIR`` of the outer git command does not count."""
    other = Repository.create(tmp_path / "other", {"main.tf": b""})
    repo.write({"web/main.tf": deployment("web", "fresh:latest").encode()})
    environment = {**os.environ, "GIT_DIR": str(other.root / ".git"), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "refactor", "review", "--base", "main", "--select", "IMG001", "-q"]
    done = subprocess.run(command, cwd=repo.root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "fresh:latest" in done.stdout


@pytest.mark.parametrize("base", ["HEAD~90", "abcdef0123456789abcdef0123456789abcdef01"])
def test_no_branch_is_guessed_from_what_is_none(repo: Repository, review: Review, base: str) -> None:
    done = review(base=base)
    assert done.code == 2
    assert f"there is no commit {base} here\n" in done.err
