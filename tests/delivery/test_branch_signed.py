"""Who signs a commit, and how, is what git's configuration says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from refactor.delivery.branch import commit_on_branch
from refactor.delivery.building import BranchRefused
from refactor.delivery.commits import CommitPlan
from tests.support.branches import FILES, MAIN, commit, created, plans, refused
from tests.support.git import Repository, isolate


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "repo", FILES)


def test_an_ssh_key_signs_where_git_is_configured_to(repository: Repository, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True)
    signers = tmp_path / "signers"
    signers.write_text(f"ada@example.com {key.with_suffix('.pub').read_text()}")
    for name, value in {
        "gpg.format": "ssh",
        "user.signingKey": str(key),
        "commit.gpgSign": "true",
        "gpg.ssh.allowedSignersFile": str(signers),
    }.items():
        repository.run("config", name, value)
    result = created(commit_on_branch(repository.root, plans(MAIN, ()), "tfmod"))
    for one in result.commits:
        assert repository.text("log", "-1", "--format=%G? %GS", one) == "G ada@example.com"
    key.unlink()
    found = refused(commit(repository, name="unsigned"))
    assert found.text.startswith("git refused: ") and "key" in found.text.lower()
    assert repository.text("branch", "--list", "unsigned") == ""


def test_a_key_that_is_not_configured_is_refused(repository: Repository, tmp_path: Path) -> None:
    repository.run("config", "commit.gpgSign", "true")
    repository.run("config", "gpg.format", "ssh")
    assert isinstance(commit(repository), BranchRefused)
    assert repository.text("branch", "--list", "tfmod") == ""


@pytest.mark.parametrize(
    ("setting", "flag", "signed"), [("", False, False), ("", True, True), ("true", False, True), ("false", True, True)]
)
def test_commits_are_signed_off_by_who_commits(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, setting: str, flag: bool, signed: bool
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Grace Hopper")
    if setting:
        repository.run("config", "format.signOff", setting)
    plan = CommitPlan(("x",), "subject\n\nbody", MAIN, ("Tfmod-Codemod: x",))
    created(commit_on_branch(repository.root, [plan], "tfmod", sign_off=flag))
    last = "\nSigned-off-by: Grace Hopper <ada@example.com>" if signed else ""
    assert repository.text("log", "-1", "--format=%B", "tfmod") == f"subject\n\nbody\n\nTfmod-Codemod: x{last}"
    assert repository.text("log", "-1", "--format=%an", "tfmod") == "Ada"


@pytest.mark.parametrize("character", ["-", "auto", ";"])
def test_no_line_is_taken_for_a_comment(repository: Repository, character: str) -> None:
    repository.run("config", "core.commentChar", character)
    repository.run("config", "commit.cleanup", "strip")
    text = "subject\n\n- a line\n# another\n; a third"
    created(commit_on_branch(repository.root, [CommitPlan(("x",), text, MAIN)], "tfmod"))
    assert repository.text("log", "-1", "--format=%B", "tfmod") == text
