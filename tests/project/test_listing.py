"""Which files count: what git tracks, or, outside git, what is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from refactor.project.contents import Skip
from refactor.project.kinds import Kind
from refactor.project.workspace import OtherRepository
from refactor.reasons import Reason
from tests.support.git import Repository, isolate
from tests.support.workspaces import STACKS, opened, put, refused


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "repo", STACKS)


# --- in git


def test_all_tracked_files_of_known_kinds_are_listed_in_order(repository: Repository) -> None:
    workspace = opened(repository.root)
    assert list(workspace.files.items()) == [
        ("modules/app/main.tf", Kind.TERRAFORM),
        ("modules/app/script.sh.tpl", Kind.TEMPLATE),
        ("stacks/api/api.tfvars", Kind.VALUES),
        ("stacks/api/main.tf", Kind.TERRAFORM),
        ("stacks/web/main.tf", Kind.TERRAFORM),
        ("terragrunt.hcl", Kind.TERRAGRUNT),
        ("values.yaml", Kind.YAML),
    ]
    assert (workspace.root, workspace.skips, workspace.warnings) == (repository.root, {}, [])


def test_what_git_tracks_counts_and_not_what_gitignore_allows(repository: Repository) -> None:
    repository.write({".gitignore": b"ignored.tf\n*_override.tf\n", "ignored.tf": b"", "stacks/api/x_override.tf": b""})
    repository.commit()
    repository.write({"untracked.tf": b"", "stacks/new/main.tf": b""})
    files = opened(repository.root).files
    assert {"ignored.tf", "stacks/api/x_override.tf"} <= files.keys()
    assert not {"untracked.tf", "stacks/new/main.tf"} & files.keys()


def test_a_file_that_is_deleted_but_still_tracked_is_not_there(repository: Repository) -> None:
    (repository.root / "stacks/web/main.tf").unlink()
    (repository.root / "stacks/web").rmdir()
    workspace = opened(repository.root)
    assert "stacks/web/main.tf" not in workspace.files
    assert workspace.read("stacks/web/main.tf") is None
    assert workspace.skips == {}


def test_a_file_in_a_merge_conflict_is_listed_once(repository: Repository) -> None:
    repository.run("checkout", "-q", "-b", "other")
    repository.write({"stacks/web/main.tf": b"theirs"})
    repository.commit()
    repository.run("checkout", "-q", "main")
    repository.write({"stacks/web/main.tf": b"ours"})
    repository.commit()
    with pytest.raises(AssertionError, match="git merge"):
        repository.run("merge", "other")
    assert len(repository.run("ls-files", "--", "stacks/web").splitlines()) > 1
    assert list(opened(repository.root).files).count("stacks/web/main.tf") == 1


def test_caches_are_left_out_even_where_they_are_tracked(repository: Repository) -> None:
    repository.write({f"{place}/m/main.tf": b"" for place in (".terraform", "stacks/api/.terraform", "stacks/.terragrunt-cache")})
    repository.commit()
    assert not [path for path in opened(repository.root).files if "cache" in path or ".terraform" in path]


def test_excluded_files_are_left_out(repository: Repository) -> None:
    files = opened(repository.root, exclude=("/modules/", "*.tfvars", "!stacks/api/api.tfvars")).files
    assert list(files) == ["stacks/api/api.tfvars", "stacks/api/main.tf", "stacks/web/main.tf", "terragrunt.hcl", "values.yaml"]


@pytest.mark.parametrize("name", ["with space.tf", "größe.tf", 'quo"te.tf', "new\nline.tf", "tab\t.tf", "back\\slash.tf", "\udcff.tf"])
def test_names_of_any_bytes(tmp_path: Path, name: str) -> None:
    repository = Repository.create(tmp_path / "r", {name: b"x"})
    workspace = opened(repository.root)
    assert list(workspace.files) == [name]
    assert workspace.read(name) == b"x"


def test_a_linked_worktree_is_a_repository_of_its_own(repository: Repository, tmp_path: Path) -> None:
    repository.run("worktree", "add", "-q", str(tmp_path / "linked"))
    put(tmp_path / "linked", {"untracked.tf": b""})
    workspace = opened(tmp_path / "linked/stacks/api")
    assert workspace.root == tmp_path / "linked"
    assert "untracked.tf" not in workspace.files
    assert "stacks/web/main.tf" in workspace.files


def test_a_submodule_is_not_part_of_its_superproject_but_can_be_asked_for(repository: Repository, tmp_path: Path) -> None:
    inner = Repository.create(tmp_path / "inner", {"inner.tf": b""})
    repository.run("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.root), "sub.tf")
    repository.commit()
    assert not [path for path in opened(repository.root).files if path.startswith("sub.tf")]
    workspace = opened(repository.root, "sub.tf")
    assert (workspace.root, list(workspace.files)) == (repository.root / "sub.tf", ["inner.tf"])
    assert isinstance(refused(repository.root, "stacks", "sub.tf"), OtherRepository)


def test_files_outside_the_sparse_checkout_are_not_there(repository: Repository) -> None:
    repository.run("sparse-checkout", "set", "stacks/api")
    assert list(opened(repository.root).files) == ["stacks/api/api.tfvars", "stacks/api/main.tf", "terragrunt.hcl", "values.yaml"]


def test_an_outer_git_command_does_not_decide_which_repository_is_meant(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repository.create(tmp_path / "other", {"other.tf": b""})
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git/index"))
    assert "stacks/web/main.tf" in opened(repository.root).files


def test_without_git_the_tree_is_walked_with_a_warning(repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(repository.root, {".gitignore": b"/ignored.tf\n", "ignored.tf": b"", "untracked.tf": b""})
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    workspace = opened(repository.root)
    assert "untracked.tf" in workspace.files
    assert "ignored.tf" not in workspace.files
    assert not [path for path in workspace.files if ".git" in path]
    (warning,) = workspace.warnings
    assert warning == "what git tracks is not known (git is not installed); all files count that no .gitignore leaves out"


def test_when_git_refuses_the_tree_is_walked_and_its_words_are_in_the_warning(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put(tmp_path, {"bin/git": b"#!/bin/sh\necho \"fatal: detected dubious ownership in repository at '$PWD'\" >&2\nexit 128\n"})
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    workspace = opened(repository.root)
    assert "stacks/web/main.tf" in workspace.files
    assert f"detected dubious ownership in repository at '{repository.root}'" in workspace.warnings[0]


def test_a_broken_git_directory_is_no_reason_to_stop(tmp_path: Path) -> None:
    put(tmp_path / "r", {"main.tf": b"", ".git": b"not a git file"})
    workspace = opened(tmp_path / "r")
    assert list(workspace.files) == ["main.tf"]
    assert "invalid gitfile format" in workspace.warnings[0]


# --- outside git


def test_outside_git_what_is_there_counts_but_for_gitignore_and_caches(tmp_path: Path) -> None:
    put(tmp_path, STACKS)
    put(tmp_path, {".gitignore": b"*.tfvars\n/build/\n!keep.tfvars\n", "build/x.tf": b"", "keep.tfvars": b""})
    put(tmp_path, {"stacks/.gitignore": b"/web/*\n!*.tfvars\n", ".terraform/modules/x.tf": b"", "stacks/.terragrunt-cache/x.tf": b""})
    workspace = opened(tmp_path)
    assert list(workspace.files) == [
        *("keep.tfvars", "modules/app/main.tf", "modules/app/script.sh.tpl"),
        *("stacks/api/api.tfvars", "stacks/api/main.tf", "terragrunt.hcl", "values.yaml"),
    ]
    assert workspace.warnings == []


def test_a_directory_that_cannot_be_listed_is_a_skip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"main.tf": b"", "closed/x.tf": b""})
    scandir = os.scandir

    def refusing(path: str) -> object:
        if path.endswith("/closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    workspace = opened(tmp_path)
    assert list(workspace.files) == ["main.tf"]
    assert workspace.skips == {"closed": Skip(Reason.UNREADABLE, "permission denied")}
