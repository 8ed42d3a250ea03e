"""The workspace: which files were asked about, what they hold, and what can't be used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from refactor.project.contents import Skip, read_file, unusable
from refactor.project.kinds import Kind
from refactor.project.workspace import NoSuchPath, NoTerraform, NotOpened, NotTerraform, OtherRepository, Workspace
from refactor.reasons import Reason
from tests.support.git import Repository, isolate
from tests.support.workspaces import STACKS, opened, put, refused


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "repo", STACKS)


# --- what the user asked about


def test_paths_narrow_what_is_selected_and_not_what_is_listed(repository: Repository) -> None:
    workspace = opened(repository.root, "stacks/api", "modules/app/main.tf")
    assert "stacks/web/main.tf" in workspace.files
    assert [path for path in workspace.files if workspace.selected(path)] == [
        *("modules/app/main.tf", "stacks/api/api.tfvars", "stacks/api/main.tf"),
    ]
    assert not workspace.selected("stacks/api-2/main.tf"), "a directory's name is no prefix of another's"
    assert not workspace.selected("stacks/api")


def test_everything_is_selected_at_the_root_and_the_current_directory_without_paths(repository: Repository) -> None:
    assert all(map(opened(repository.root).selected, STACKS))
    inner = opened(repository.root / "stacks")
    assert [path for path in inner.files if inner.selected(path)] == ["stacks/api/api.tfvars", "stacks/api/main.tf", "stacks/web/main.tf"]
    assert inner.root == repository.root
    assert all(map(opened(repository.root / "stacks", "..").selected, STACKS))


@pytest.mark.parametrize("how", ["untracked", "ignored", "excluded"])
def test_a_file_given_by_name_always_counts(repository: Repository, how: str) -> None:
    repository.write({"stacks/new.tf": b"new"})
    if how == "ignored":
        repository.write({".gitignore": b"new.tf\n"})
    workspace = opened(repository.root, "stacks/new.tf", exclude=("stacks/",) if how == "excluded" else ())
    assert workspace.files["stacks/new.tf"] is Kind.TERRAFORM
    assert [path for path in workspace.files if workspace.selected(path)] == ["stacks/new.tf"]
    assert workspace.read("stacks/new.tf") == b"new"


def test_absolute_paths_and_paths_through_links(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(repository.root)
    for path in (repository.root / "stacks/web", tmp_path / "alias/stacks/web", "../alias/stacks/web/main.tf"):
        workspace = opened(repository.root, path)
        assert workspace.root == repository.root
        assert workspace.selected("stacks/web/main.tf")


def test_outside_git_the_root_holds_all_paths_given(tmp_path: Path) -> None:
    put(tmp_path, STACKS)
    workspace = opened(tmp_path, "stacks/api/main.tf", "stacks/web")
    assert workspace.root == tmp_path / "stacks"
    assert [path for path in workspace.files if workspace.selected(path)] == ["api/main.tf", "web/main.tf"]
    assert opened(tmp_path, "stacks/api").root == tmp_path / "stacks/api"


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("nowhere", NoSuchPath, "nowhere: no such file or directory"),
        ("README.md/x.tf", NoSuchPath, "README.md/x.tf: no such file or directory"),
        ("x\0.tf", NoSuchPath, "x\0.tf: no such file or directory"),
        ("x" * 300, NoSuchPath, "x" * 300 + ": file name too long"),
        ("README.md", NotTerraform, "README.md is not a Terraform file"),
        ("image.pkr.hcl", NotTerraform, "image.pkr.hcl is not a Terraform file"),
        ("docs", NoTerraform, "no Terraform files in docs"),
        ("chart", NoTerraform, "no Terraform files in chart"),
    ],
)
def test_a_path_that_makes_no_sense_is_a_clear_message(repository: Repository, path: str, kind: type[NotOpened], text: str) -> None:
    repository.write({"docs/x.md": b"", "chart/values.yaml": b"", "image.pkr.hcl": b""})
    repository.commit()
    found = refused(repository.root, path)
    assert (type(found), found.path, found.text) == (kind, path, text)


def test_a_pipe_cannot_be_asked_for_and_is_a_skip_where_it_is_found(tmp_path: Path) -> None:
    put(tmp_path, {"main.tf": b""})
    os.mkfifo(tmp_path / "pipe.tf")
    assert refused(tmp_path, "pipe.tf").text == "pipe.tf is neither a file nor a directory"
    workspace = opened(tmp_path)
    assert workspace.skips == {"pipe.tf": Skip(Reason.UNREADABLE, "not a regular file")}
    assert workspace.read("pipe.tf") == Skip(Reason.UNREADABLE, "not a regular file")


def test_paths_of_two_repositories_are_refused(repository: Repository, tmp_path: Path) -> None:
    other = Repository.create(tmp_path / "other", {"main.tf": b""})
    found = refused(repository.root, "stacks", other.root)
    assert (type(found), found.text) == (OtherRepository, f"{other.root} is not in the repository {repository.root}")
    put(tmp_path, {"plain/main.tf": b""})
    assert isinstance(refused(tmp_path, "plain", "repo"), OtherRepository)


def test_directories_without_terraform_among_others_are_a_warning(repository: Repository) -> None:
    repository.write({"docs/x.md": b""})
    workspace = opened(repository.root, "docs", "stacks")
    assert workspace.warnings == ["no Terraform files in docs"]
    assert refused(repository.root, "docs", "docs").text == "no Terraform files in docs, docs"


def test_untracked_terraform_is_hinted_at(repository: Repository) -> None:
    repository.write({"new/main.tf": b"", "new/vars.tf": b"", "new/x.md": b""})
    assert (
        refused(repository.root, "new").text == "no Terraform files in new that git tracks (untracked: 2; git add them, or name each file)"
    )


def test_an_empty_repository_has_no_terraform(tmp_path: Path) -> None:
    Repository.create(tmp_path / "r")
    assert isinstance(refused(tmp_path / "r"), NoTerraform)
    assert isinstance(refused(tmp_path), NoTerraform)


# --- content


SOPS_YAML = b"""password: ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]
sops:
    kms: []

    lastmodified: "2024-01-01T00:00:00Z"
    mac: ENC[AES256_GCM,data:zzz=,iv:x=,tag:y=,type:str]
    version: 3.8.1
"""
SOPS_JSON = b"""{
\t"data": "ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]",
\t"sops": {"kms": null, "mac": "ENC[AES256_GCM,data:zzz=,iv:x=,tag:y=,type:str]"}
}"""


@pytest.mark.parametrize(
    ("data", "reason", "detail"),
    [
        (b"\0GITCRYPT\0abc", Reason.ENCRYPTED, "by git-crypt"),
        (SOPS_YAML, Reason.ENCRYPTED, "by sops"),
        (SOPS_YAML.replace(b"\n", b"\r\n"), Reason.ENCRYPTED, "by sops"),
        (SOPS_JSON, Reason.ENCRYPTED, "by sops"),
        (b"A=ENC[AES256_GCM,data:abc=]\nsops_mac=ENC[AES256_GCM,data:z=]\n", Reason.ENCRYPTED, "by sops"),
        (b"[a]\nA = ENC[AES256_GCM,data:abc=]\n[sops]\nmac = ENC[AES256_GCM,data:z=]\n", Reason.ENCRYPTED, "by sops"),
        (b"$ANSIBLE_VAULT;1.1;AES256\n6162\n", Reason.ENCRYPTED, "by Ansible Vault"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", Reason.ENCRYPTED, "by age"),
        (b"a\0b", Reason.BINARY, "it holds NUL bytes"),
        (b"\x89PNG\r\n\x1a\n\0", Reason.BINARY, "it holds NUL bytes"),
        ("x = 1".encode("utf-16"), Reason.UNDECODABLE, "UTF-16"),
        (b"a\nb = \xff\n", Reason.UNDECODABLE, "line 2, byte 6"),
        ("ü".encode("latin-1"), Reason.UNDECODABLE, "line 1, byte 0"),
    ],
)
def test_content_that_cannot_be_used_is_a_skip_with_its_reason(tmp_path: Path, data: bytes, reason: Reason, detail: str) -> None:
    repository = Repository.create(tmp_path / "r", {"main.tf": data})
    workspace = opened(repository.root)
    assert workspace.read("main.tf") == Skip(reason, detail)
    assert workspace.raw("main.tf") == data, "but it is known to be there"
    assert workspace.files_with([b"", b"a"]) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbfx = 1\r\n",
        "größe = \U0001f600".encode(),
        b"# sops: a file with ENC[AES256_GCM,data:...] values\n",
        b"sops:\n  enabled: true\nnote: ENC[AES256_GCM,...]\n",
        b'resource "x" "y" {\n  data = <<EOT\n{"sops": {"mac": "ENC[AES256_GCM,data:x]"}}\nEOT\n}\n',
        b"key = <<EOT\n-----BEGIN PGP MESSAGE-----\nEOT\n",
    ],
)
def test_plain_text_is_read_whatever_it_says(data: bytes) -> None:
    assert unusable(data) is None


def test_permission_denied_is_a_skip(repository: Repository) -> None:
    def refusing(path: str) -> bytes:
        if path.endswith("web/main.tf"):
            raise PermissionError(13, "Permission denied")
        return read_file(path)

    workspace = Workspace.open(directory=repository.root, opener=refusing)
    assert isinstance(workspace, Workspace)
    assert workspace.read("stacks/web/main.tf") == Skip(Reason.UNREADABLE, "permission denied")
    assert workspace.read("stacks/api/main.tf") == b"a"


def test_a_large_file_is_read_whole(tmp_path: Path) -> None:
    data = b"# a line of a comment\n" * 300_000
    put(tmp_path, {"main.tf": data})
    assert opened(tmp_path).read("main.tf") == data


def test_a_file_that_is_longer_than_the_system_says_is_read_whole() -> None:
    assert len(read_file("/proc/self/status")) > 100  # its size is said to be 0


def test_opening_reads_nothing_and_each_file_is_read_once(repository: Repository) -> None:
    asked: list[str] = []

    def counting(path: str) -> bytes:
        asked.append(path)
        return read_file(path)

    workspace = Workspace.open(directory=repository.root, opener=counting)
    assert isinstance(workspace, Workspace)
    assert asked == []
    for _ in range(2):
        workspace.read("stacks/web/main.tf")
        workspace.files_with([b"x"], {Kind.TERRAFORM})
        workspace.with_overlay({}).read("stacks/web/main.tf")
    assert sorted(asked) == [str(repository.root / path) for path in ("modules/app/main.tf", "stacks/api/main.tf", "stacks/web/main.tf")]


def test_any_file_of_the_repository_can_be_read_by_path(repository: Repository) -> None:
    repository.write({"scripts/init.sh": b"#!/bin/sh\n", "ignored/x": b"1", ".gitignore": b"ignored\n"})
    workspace = opened(repository.root, "stacks/api")
    assert workspace.read("scripts/init.sh") == b"#!/bin/sh\n"
    assert workspace.read("ignored/x") == b"1"
    assert workspace.read("stacks/api/../../scripts/./init.sh") == b"#!/bin/sh\n"
    assert workspace.place("stacks/api/../../scripts/init.sh") == "scripts/init.sh"


@pytest.mark.parametrize("path", ["nowhere.tf", "nowhere/x.tf", "README.md/x", "stacks", ".", ""])
def test_where_no_file_is_there_is_none(repository: Repository, path: str) -> None:
    workspace = opened(repository.root)
    assert not isinstance(workspace.read(path), bytes)
    assert workspace.raw(path) is None


def test_a_cheap_search_finds_files_by_words(repository: Repository) -> None:
    repository.write({"a.tf": b'image = "x"', "b.tf": b"container {}", "c.tf": b"nothing", "d.yaml": b"image: x"})
    repository.commit()
    workspace = opened(repository.root)
    assert workspace.files_with([b"image", b"container"]) == ["a.tf", "b.tf", "d.yaml"]
    assert workspace.files_with([b"image", b"container"], {Kind.TERRAFORM}) == ["a.tf", "b.tf"]
    assert workspace.files_with([]) == []


@pytest.mark.parametrize(("mode", "told"), [(0o644, 0o100644), (0o755, 0o100755), (0o700, 0o100755), (0o600, 0o100644)])
def test_the_mode_of_a_file_as_git_tells_it(repository: Repository, mode: int, told: int) -> None:
    (repository.root / "values.yaml").chmod(mode)
    workspace = opened(repository.root)
    assert workspace.mode("values.yaml") == told
    assert workspace.mode("nowhere.tf") == 0o100644


# --- overlays


def test_an_overlay_shows_a_later_codemod_what_an_earlier_one_made(repository: Repository) -> None:
    base = opened(repository.root, "stacks")
    later = base.with_overlay({"stacks/api/main.tf": b"new", "stacks/web/main.tf": None, "stacks/api/moved.tf": b"m", "stacks/x.sh": b"s"})
    assert later.read("stacks/api/main.tf") == b"new"
    assert later.read("stacks/web/main.tf") is None
    assert later.read("stacks/x.sh") == b"s"
    assert later.read("stacks/api/../api/moved.tf") == b"m"
    assert [path for path in later.files if path.startswith("stacks/")] == [
        "stacks/api/api.tfvars",
        "stacks/api/main.tf",
        "stacks/api/moved.tf",
    ]
    assert later.files["stacks/api/moved.tf"] is Kind.TERRAFORM
    assert later.selected("stacks/api/moved.tf")
    assert later.files_with([b"new", b"m"], {Kind.TERRAFORM}) == ["stacks/api/main.tf", "stacks/api/moved.tf"]


def test_a_file_that_was_looked_for_in_vain_is_found_when_an_earlier_codemod_makes_it(repository: Repository) -> None:
    base = opened(repository.root)
    assert base.read("stacks/../new.sh") is None
    assert base.with_overlay({"new.sh": b"made"}).read("stacks/../new.sh") == b"made"


def test_an_overlay_leaves_the_workspace_below_as_it_was(repository: Repository) -> None:
    base = opened(repository.root)
    files = dict(base.files)
    base.with_overlay({"stacks/api/main.tf": b"new", "stacks/web/main.tf": None})
    assert base.read("stacks/api/main.tf") == b"a"
    assert base.files == files


def test_overlays_replace_each_other(repository: Repository) -> None:
    base = opened(repository.root)
    second = base.with_overlay({"stacks/api/main.tf": None}).with_overlay({"stacks/web/main.tf": b"2"})
    assert (second.read("stacks/api/main.tf"), second.read("stacks/web/main.tf")) == (b"a", b"2")
    assert "stacks/api/main.tf" in second.files
