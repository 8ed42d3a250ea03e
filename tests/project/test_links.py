"""Symbolic links: followed to files inside the repository, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.project.contents import Skip
from refactor.project.workspace import NoSuchPath
from refactor.reasons import Reason
from tests.support.git import Repository, isolate
from tests.support.workspaces import STACKS, opened, put, refused


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "repo", STACKS)


@pytest.fixture(params=["git", "no git"])
def linked(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A tree with links of every sort, tracked by git or not."""
    root = tmp_path / "root"
    put(root, {"shared/provider.tf": b"shared", "stack/main.tf": b"x"})
    put(tmp_path, {"outside/secret.tf": b"secret"})
    for name, target in {
        "stack/provider.tf": "../shared/provider.tf",
        "stack/again.tf": "provider.tf",
        "stack/absolute.tf": str(root / "shared/provider.tf"),
        "stack/out.tf": "../../outside/secret.tf",
        "stack/loop.tf": "pool.tf",
        "stack/pool.tf": "loop.tf",
        "stack/dangling.tf": "nowhere.tf",
        "stack/self": ".",
        "stack/modules": "../shared",
        "stack/outside": "../../outside",
        "stack/passwd": "/etc/passwd",
    }.items():
        (root / name).symlink_to(target)
    if request.param == "git":
        Repository.create(root, {})
    return root


def test_links_are_followed_to_files_inside_and_nowhere_else(linked: Path) -> None:
    workspace = opened(linked)
    assert list(workspace.files) == [
        *("shared/provider.tf", "stack/absolute.tf", "stack/again.tf", "stack/main.tf", "stack/provider.tf"),
    ]
    assert {path: skip.reason for path, skip in workspace.skips.items()} == {
        "stack/out.tf": Reason.OUTSIDE,
        "stack/outside": Reason.OUTSIDE,
        "stack/loop.tf": Reason.UNREADABLE,
        "stack/pool.tf": Reason.UNREADABLE,
        "stack/dangling.tf": Reason.UNREADABLE,
    }
    assert workspace.skips["stack/dangling.tf"].detail == "the symbolic link leads nowhere"
    assert workspace.skips["stack/loop.tf"].detail == "too many levels of symbolic links"


def test_the_place_of_a_linked_file_is_the_file_itself(linked: Path) -> None:
    workspace = opened(linked)
    for path in ("stack/provider.tf", "stack/again.tf", "stack/absolute.tf", "stack/modules/provider.tf", "stack/self/provider.tf"):
        assert workspace.place(path) == "shared/provider.tf"
        assert workspace.read(path) == b"shared"
    assert workspace.place("stack/main.tf") == "stack/main.tf"


@pytest.mark.parametrize(
    "path",
    [
        "stack/out.tf",
        "stack/outside/secret.tf",
        "stack/passwd",
        "../outside/secret.tf",
        "/etc/passwd",
        "..",
        "stack/../../x",
        ".git/config",
        "a/.git/x",
        "x\0",
    ],
)
def test_nothing_outside_is_read(linked: Path, path: str) -> None:
    workspace = opened(linked)
    found = workspace.read(path)
    assert isinstance(found, Skip)
    assert found.reason is Reason.OUTSIDE
    assert workspace.raw(path) is None


def test_a_link_into_the_git_directory_is_not_followed(repository: Repository) -> None:
    (repository.root / "config.tf").symlink_to(".git/config")
    workspace = opened(repository.root)
    assert workspace.read("config.tf") == Skip(Reason.OUTSIDE, "through a symbolic link")


def test_a_tracked_directory_replaced_by_a_link_out_of_the_tree_is_not_read(repository: Repository, tmp_path: Path) -> None:
    put(tmp_path, {"outside/main.tf": b"secret"})
    (repository.root / "stacks/web/main.tf").unlink()
    (repository.root / "stacks/web").rmdir()
    (repository.root / "stacks/web").symlink_to(tmp_path / "outside")
    workspace = opened(repository.root)
    assert "stacks/web/main.tf" not in workspace.files
    assert workspace.skips == {"stacks/web/main.tf": Skip(Reason.OUTSIDE, "through a symbolic link")}


def test_a_file_replaced_by_a_link_after_it_was_listed_is_not_followed(repository: Repository, tmp_path: Path) -> None:
    put(tmp_path, {"secret.tf": b"secret"})
    workspace = opened(repository.root)
    (repository.root / "stacks/web/main.tf").unlink()
    (repository.root / "stacks/web/main.tf").symlink_to(tmp_path / "secret.tf")
    found = workspace.read("stacks/web/main.tf")
    assert isinstance(found, Skip)
    assert found.reason is Reason.UNREADABLE


def test_a_link_given_by_name_selects_the_file_it_leads_to(linked: Path) -> None:
    workspace = opened(linked, "stack/provider.tf", "shared")
    assert [path for path in workspace.files if workspace.selected(path)] == ["shared/provider.tf", "stack/provider.tf"]
    narrow = opened(linked, "stack/provider.tf", "stack/again.tf") if (linked / ".git").exists() else workspace
    assert narrow.selected("shared/provider.tf")


def test_links_that_lead_nowhere_or_out_cannot_be_asked_for(linked: Path) -> None:
    assert refused(linked, "stack/dangling.tf").text == "stack/dangling.tf: the symbolic link leads nowhere"
    assert type(refused(linked, "stack/loop.tf")) is NoSuchPath
    assert refused(linked, "stack/out.tf", "shared").text == f"stack/out.tf leads out of the repository {linked}"


def test_an_overlay_is_seen_through_links(linked: Path) -> None:
    base = opened(linked)
    assert base.read("stack/again.tf") == b"shared"
    later = base.with_overlay({"shared/provider.tf": b"new"})
    assert later.read("stack/again.tf") == b"new"
    gone = later.with_overlay({"shared/provider.tf": None})
    assert gone.read("stack/again.tf") is None
