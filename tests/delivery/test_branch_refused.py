"""A branch that is refused: a clear message, and nothing made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from refactor.changeset import FileChange
from refactor.delivery.branch import commit_on_branch
from refactor.delivery.building import BranchRefused
from tests.support.branches import FILES, MAIN, commit, created, plans, refused
from tests.support.git import Repository, isolate


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "repo", FILES)


UNCOMMITTED = "files have uncommitted changes; commit or stash them first"


@pytest.mark.parametrize("staged", [False, True])
def test_a_file_with_uncommitted_changes_is_refused_if_the_changeset_touches_it(repository: Repository, staged: bool) -> None:
    repository.write({"api/main.tf": b'# mine\nimage = "nginx"\n', "api/old.tf": b"mine\n"})
    if staged:
        repository.run("add", "--all")
    changes = (
        FileChange("api/main.tf", b'# mine\nimage = "nginx"\n', b'# mine\nimage = "nginx:1"\n'),
        FileChange("new.tf", b"mine\n", b"mine\n", "api/old.tf"),
    )
    assert commit(repository, changes) == BranchRefused(UNCOMMITTED, ("api/main.tf", "api/old.tf"))
    assert commit(repository, (FileChange("api/old.tf", b"mine\n", None),)) == BranchRefused(UNCOMMITTED, ("api/old.tf",))


def test_a_new_file_where_a_deletion_is_not_committed_is_refused(repository: Repository) -> None:
    (repository.root / "gone.tf").unlink()
    assert commit(repository, (FileChange("gone.tf", None, b"new\n"),)) == BranchRefused(UNCOMMITTED, ("gone.tf",))
    assert commit(repository, (FileChange("gone.tf", b"other\n", b"other\n", "other.tf"),)) == BranchRefused(UNCOMMITTED, ("gone.tf",))


def test_a_link_replaced_by_a_file_is_an_uncommitted_change(repository: Repository) -> None:
    (repository.root / "link.tf").symlink_to("other.tf")
    repository.commit()
    (repository.root / "link.tf").unlink()
    repository.write({"link.tf": b"x\n"})
    assert commit(repository, (FileChange("link.tf", b"x\n", b"y\n"),)) == BranchRefused(UNCOMMITTED, ("link.tf",))


@pytest.mark.parametrize("added", [False, True])
def test_a_file_that_is_not_committed_yet_is_refused(repository: Repository, added: bool) -> None:
    repository.write({"new.tf": b"a\n"})
    if added:
        repository.run("add", "new.tf")
    assert commit(repository, (FileChange("new.tf", b"a\n", b"b\n"),)) == BranchRefused(
        "files are not in the commit that the branch starts from; commit them first", ("new.tf",)
    )


def test_files_that_differ_from_the_base_are_refused(repository: Repository) -> None:
    repository.write({"other.tf": b"second\n"})
    repository.commit()
    change = (FileChange("other.tf", b"second\n", b"third\n"),)
    assert commit(repository, change, base="main~1") == BranchRefused("files differ from main~1", ("other.tf",))


@pytest.mark.parametrize("path", ["../x.tf", "/etc/x.tf", ".git/config", "out/x.tf"])
def test_a_path_outside_is_refused(repository: Repository, path: str) -> None:
    (repository.root / "out").symlink_to("..")
    assert commit(repository, (FileChange(path, None, b"x"),)) == BranchRefused("files lead out of the repository", (path,))


def test_a_link_is_neither_moved_nor_deleted(repository: Repository) -> None:
    (repository.root / "link.tf").symlink_to("other.tf")
    repository.commit()
    for change in (FileChange("link.tf", b"other\n", None), FileChange("x.tf", b"other\n", b"other\n", "link.tf")):
        assert commit(repository, (change,)) == BranchRefused("symbolic links are neither moved nor deleted", ("link.tf",))


def test_two_paths_of_one_file_that_differ_are_refused(repository: Repository) -> None:
    (repository.root / "link.tf").symlink_to("other.tf")
    repository.commit()
    changes = (FileChange("link.tf", b"other\n", b"1\n"), FileChange("other.tf", b"other\n", b"2\n"))
    assert refused(commit(repository, changes)).text == "paths lead to one file and change it in different ways"
    created(commit(repository, (changes[0], FileChange("other.tf", b"other\n", b"1\n"))))


def test_changes_in_a_submodule_or_a_nested_repository_are_refused(repository: Repository, tmp_path: Path) -> None:
    inner = Repository.create(tmp_path / "inner", {"x.tf": b"a\n"})
    repository.run("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.root), "sub")
    repository.run("commit", "-qm", "submodule")
    Repository.create(repository.root / "nested", {"x.tf": b"a\n"})
    text = "files are in a submodule or another repository inside this one"
    for path in ("sub/x.tf", "nested/x.tf"):
        assert commit(repository, (FileChange(path, b"a\n", b"b\n"),)) == BranchRefused(text, (path,))
        assert commit(repository, (FileChange(f"{path}.new", None, b"b\n"),)) == BranchRefused(text, (f"{path}.new",))
    repository.run("submodule", "--quiet", "deinit", "--force", "sub")
    assert commit(repository, (FileChange("sub/y.tf", None, b"b\n"),)) == BranchRefused(text, ("sub/y.tf",))


def test_an_unborn_head_is_refused(tmp_path: Path) -> None:
    empty = Repository.create(tmp_path / "empty")
    assert refused(commit(empty)).text == "the repository has no commit yet"


def test_what_is_no_repository_with_files_is_refused(tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    bare.mkdir()
    Repository(bare).run("init", "-q", "--bare")
    assert (
        refused(commit_on_branch(bare, plans(MAIN), "x")).text
        == f"{bare} is a bare repository, without files to change; --base REF takes those of a commit"
    )
    (tmp_path / "plain").mkdir()
    for place in (tmp_path / "plain", tmp_path / "nowhere"):
        assert refused(commit_on_branch(place, plans(MAIN), "x")).text == f"{place} is not a git repository"


@pytest.mark.parametrize("name", ["", "-x", "HEAD", "a b", "a..b", "a.lock", "a/", "@{-1}", "x~1", "ü\n"])
def test_names_that_git_does_not_allow_are_refused(repository: Repository, name: str) -> None:
    assert refused(commit(repository, name=name)).text == f"{name!r} can't be the name of a branch"


def test_a_branch_below_a_branch_is_refused_in_gits_words(repository: Repository) -> None:
    repository.run("branch", "tfmod")
    assert "refs/heads/tfmod" in refused(commit(repository, name="tfmod/pin")).text


def test_a_branch_that_is_checked_out_is_not_moved_by_force(repository: Repository, tmp_path: Path) -> None:
    assert refused(commit(repository, name="main", force=True)).text == f"the branch main is checked out in {repository.root}"
    repository.run("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    assert refused(commit(repository, name="side", force=True)).text == f"the branch side is checked out in {tmp_path / 'side'}"


@pytest.mark.parametrize("base", ["nowhere", "--all", "HEAD~5", "HEAD:api/main.tf"])
def test_a_base_that_is_no_commit_is_refused(repository: Repository, base: str) -> None:
    assert refused(commit(repository, base=base)).text == f"there is no commit {base}"


def test_a_missing_identity_is_a_clear_message(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{role}_NAME")
        monkeypatch.delenv(f"GIT_{role}_EMAIL")
    monkeypatch.delenv("EMAIL", raising=False)
    repository.run("config", "user.useConfigOnly", "true")
    assert refused(commit(repository)).text == "git doesn't know who you are: set user.name and user.email with git config"
    repository.run("config", "user.name", "Grace")
    repository.run("config", "user.email", "grace@example.com")
    created(commit(repository))
    assert repository.text("log", "-1", "--format=%an %ce", "tfmod") == "Grace grace@example.com"


def test_without_git_the_answer_is_a_message(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed" in refused(commit_on_branch(repository.root, plans(MAIN), "tfmod")).text
    program = "import sys, pathlib, refactor.delivery.branch as b; print(b.commit_on_branch(pathlib.Path(sys.argv[1]), (), 'x'))"
    done = subprocess.run(
        [sys.executable, "-c", program, str(repository.root)], capture_output=True, text=True, check=False, cwd=Path.cwd()
    )
    assert done.stdout.strip() == "BranchRefused(text='git is not installed', paths=())", done.stderr


def test_when_git_refuses_the_repository_its_words_are_given(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository.root / ".git/config").write_bytes(b"[core\n")
    assert "config" in refused(commit_on_branch(repository.root, plans(MAIN), "tfmod")).text


def test_git_is_imported_only_when_a_branch_is_made() -> None:
    program = "import sys, refactor.delivery.branch; print('git' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert done.stdout.strip() == "False", done.stderr
