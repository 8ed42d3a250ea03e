"""Repositories of other people, and outer git commands whose hook tfmod runs in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from refactor.delivery.repository import find_repository
from tests.support.branches import FILES, commit, created, refused
from tests.support.git import Repository, isolate


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "repo", FILES)


def test_a_repository_of_somebody_else_is_refused_before_its_configuration_counts(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.run("config", "gpg.program", f"touch {tmp_path}/ran")
    repository.run("config", "commit.gpgSign", "true")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    found = find_repository(repository.root)
    assert isinstance(found, str) and "dubious ownership" in found and "safe.directory" in found
    assert "dubious ownership" in refused(commit(repository)).text
    assert not (tmp_path / "ran").exists()


def test_objects_go_into_the_repository_and_not_where_an_outer_command_says(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repository.create(tmp_path / "other", {"x": b""})
    objects = other.root / ".git/objects"
    before = sorted(objects.rglob("*"))
    for name, value in {
        "GIT_DIR": str(other.root / ".git"),
        "GIT_OBJECT_DIRECTORY": str(objects),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(objects),
        "GIT_QUARANTINE_PATH": str(objects),
        "GIT_COMMON_DIR": str(other.root / ".git"),
        "GIT_SHALLOW_FILE": str(tmp_path / "none"),
    }.items():
        monkeypatch.setenv(name, value)
    created(commit(repository))
    assert sorted(objects.rglob("*")) == before
    assert repository.text("fsck", "--strict") == ""


PROGRAM = """
import pathlib, sys
from refactor.changeset import FileChange
from refactor.delivery.branch import commit_on_branch
from refactor.delivery.checkout import checked_out
from refactor.delivery.commits import CommitPlan
from refactor.delivery.repository import find_repository
with checked_out(find_repository(pathlib.Path.cwd(), outer=True), sys.argv[1]) as checkout:
    change = FileChange("api/main.tf", (checkout.root / "api/main.tf").read_bytes(), b"by a hook\\n")
    print(commit_on_branch(checkout, [CommitPlan(("x",), "x", (change,))], "tfmod"))
"""


@pytest.mark.parametrize(("hook", "works"), [("post-receive", True), ("pre-receive", False)])
def test_in_a_hook_of_the_repository_it_works_where_git_allows_it(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hook: str, works: bool
) -> None:
    bare = Repository(tmp_path / "bare.git")
    repository.run("clone", "--quiet", "--bare", str(repository.root), str(bare.root))
    script = bare.root / "hooks" / hook
    script.parent.mkdir(exist_ok=True)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    script.write_text(f'#!/bin/sh\nread old new ref\nPYTHONPATH={Path.cwd()} exec {sys.executable} {program} "$new" >&2\n')
    script.chmod(0o755)
    repository.write({"other.tf": b"second\n"})
    head = repository.commit()
    done = subprocess.run(
        ["git", "push", str(bare.root), "main"], cwd=repository.root, env={**os.environ}, capture_output=True, text=True, check=False
    )
    assert ("BranchCreated(" if works else "ref updates forbidden inside quarantine environment") in done.stderr, done.stderr
    assert bare.text("for-each-ref", "--format=%(refname)", "refs/heads/tfmod") == ("refs/heads/tfmod" if works else "")
    if works:
        assert bare.text("rev-parse", "tfmod^") == head
    assert bare.text("fsck", "--strict", "--no-dangling") == ""
