"""The files of a commit for a run of its own, and a branch built on it: nothing of the user's is touched, in any kind of repository."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from refactor.changeset import FileChange
from refactor.delivery.building import BranchRefused
from refactor.delivery.checkout import Checkout, NoCommit, checked_out
from refactor.delivery.plumbing import GitFailed
from refactor.delivery.repository import GitRepository, find_repository
from refactor.project.workspace import Workspace
from tests.support.branches import FILES, commit, created, untouched
from tests.support.git import Repository, isolate


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate(monkeypatch)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "repo", FILES)


def opened(directory: Path, *, outer: bool = False) -> GitRepository:
    found = find_repository(directory, outer=outer)
    assert isinstance(found, GitRepository), found
    return found


def temporary(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "temporary").iterdir())


def files_of(checkout: Checkout) -> dict[str, bytes]:
    found = (path for path in checkout.root.rglob("*") if path.is_file() and checkout.root / ".git" not in path.parents)
    return {path.relative_to(checkout.root).as_posix(): path.read_bytes() for path in found}


# --- the files


def test_the_files_are_those_of_the_commit_and_go_when_the_run_ends(repository: Repository, tmp_path: Path) -> None:
    first = repository.text("rev-parse", "HEAD")
    repository.write({"api/main.tf": b"later\n"})
    repository.commit()
    repository.write({"api/main.tf": b"not committed\n", "untracked.tf": b""})
    repository.run("stash", "--quiet")
    repository.write({"other.tf": b"edited\n"})
    before = untouched(repository)
    with checked_out(opened(repository.root), "main~1") as checkout:
        assert (checkout.commit, checkout.name) == (first, "main~1")
        assert files_of(checkout) == FILES
        assert checkout.root.parent.stat().st_mode & 0o77 == 0
        assert untouched(repository) == before
        assert repository.text("worktree", "list", "--porcelain").count("worktree ") == 1
    assert untouched(repository) == before
    assert temporary(tmp_path) == []
    assert repository.text("fsck", "--strict", "--no-dangling") == ""


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_they_go_also_if_the_run_does_not_end_well(repository: Repository, tmp_path: Path, error: type[BaseException]) -> None:
    before = untouched(repository)
    with pytest.raises(error), checked_out(opened(repository.root)):
        raise error
    assert (untouched(repository), temporary(tmp_path)) == (before, [])


def test_what_git_tracks_counts_also_if_it_is_ignored(repository: Repository) -> None:
    repository.write({".gitignore": b"*.tf\n"})
    repository.commit()
    with checked_out(opened(repository.root)) as checkout:
        workspace = Workspace.open(directory=checkout.root)
        assert isinstance(workspace, Workspace)
        assert set(workspace.files) == set(FILES)
        assert workspace.warnings == []


def test_modes_and_links_are_there(repository: Repository) -> None:
    (repository.root / "api/main.tf").chmod(0o755)
    (repository.root / "link.tf").symlink_to("api/main.tf")
    (repository.root / "out.tf").symlink_to("/etc/passwd")
    repository.commit()
    with checked_out(opened(repository.root)) as checkout:
        workspace = Workspace.open(directory=checkout.root)
        assert isinstance(workspace, Workspace)
        assert (workspace.mode("api/main.tf"), workspace.place("link.tf")) == (0o100755, "api/main.tf")
        assert workspace.read("out.tf") is not None and workspace.raw("out.tf") is None
        change = (FileChange("link.tf", FILES["api/main.tf"], b"new\n"),)
        result = created(commit(repository, change, source=checkout))
        assert repository.text("diff", "--name-only", "HEAD", result.commit) == "api/main.tf"


@pytest.mark.parametrize("name", ["nowhere", "--all", "HEAD:api/main.tf", "main~5"])
def test_a_name_of_no_commit(repository: Repository, name: str) -> None:
    with pytest.raises(NoCommit, match="there is no commit"), checked_out(opened(repository.root), name):
        pass


def test_an_unborn_head(tmp_path: Path) -> None:
    with pytest.raises(NoCommit, match="no commit yet"), checked_out(opened(Repository.create(tmp_path / "new").root)):
        pass


# --- branches on it


def test_uncommitted_changes_and_other_commits_do_not_matter(repository: Repository) -> None:
    first = repository.text("rev-parse", "HEAD")
    repository.write({"api/main.tf": b"later\n"})
    repository.commit()
    repository.write({"api/main.tf": b"not committed\n"})
    with checked_out(opened(repository.root), "main~1") as checkout:
        result = created(commit(repository, source=checkout))
    assert result.base == first
    assert repository.text("diff", "--name-only", first, "tfmod") == "api/main.tf"


def test_a_base_that_moved_meanwhile_is_still_the_base(repository: Repository) -> None:
    with checked_out(opened(repository.root), "main") as checkout:
        repository.write({"other.tf": b"later\n"})
        repository.commit()
        assert created(commit(repository, source=checkout)).base == checkout.commit == repository.text("rev-parse", "main~1")


def test_line_ends_are_those_of_a_checkout_and_stored_as_the_repository_says(repository: Repository) -> None:
    repository.write({".gitattributes": b"*.tf text eol=crlf\n"})
    repository.commit()
    with checked_out(opened(repository.root)) as checkout:
        data = (checkout.root / "other.tf").read_bytes()
        assert data == b"other\r\n"
        created(commit(repository, (FileChange("other.tf", data, b"other\r\nmore\r\n"),), source=checkout))
    assert repository.run("cat-file", "blob", "tfmod:other.tf") == b"other\nmore\n"


def test_a_file_that_git_would_store_in_another_way_is_refused(repository: Repository) -> None:
    repository.write({"crlf.tf": b"a\r\n"})
    repository.commit()
    repository.write({".gitattributes": b"*.tf text\n"})
    repository.run("add", ".gitattributes")
    repository.run("commit", "--quiet", "-m", "attributes")
    with checked_out(opened(repository.root)) as checkout:
        found = commit(repository, (FileChange("crlf.tf", b"a\r\n", b"b\r\n"),), source=checkout)
        assert isinstance(found, BranchRefused)
        assert ("git add --renormalize" in found.text, found.paths) == (True, ("crlf.tf",))
        created(commit(repository, source=checkout))


def test_filters_apply_both_ways(repository: Repository) -> None:
    repository.run("config", "filter.upper.clean", "tr a-z A-Z")
    repository.run("config", "filter.upper.smudge", "tr A-Z a-z")
    repository.write({".gitattributes": b"u/*.tf filter=upper\n", "u/x.tf": b"abc\n"})
    repository.commit()
    with checked_out(opened(repository.root)) as checkout:
        assert (checkout.root / "u/x.tf").read_bytes() == b"abc\n"
        created(commit(repository, (FileChange("u/x.tf", b"abc\n", b"xyz\n"),), source=checkout))
    assert repository.run("cat-file", "blob", "tfmod:u/x.tf") == b"XYZ\n"


def test_a_filter_that_is_required_and_missing_is_refused(repository: Repository, tmp_path: Path) -> None:
    repository.write({".gitattributes": b"api/*.tf filter=lfs\n"})
    repository.commit()
    repository.run("config", "filter.lfs.smudge", "no-such-program-here smudge -- %f")
    repository.run("config", "filter.lfs.required", "true")
    with pytest.raises(GitFailed, match="smudge filter lfs failed"), checked_out(opened(repository.root)):
        pass
    assert temporary(tmp_path) == []


@pytest.mark.parametrize("name", ["git-crypt", "git-crypt-team"])
def test_what_git_crypt_encrypts_stays_encrypted(repository: Repository, tmp_path: Path, name: str) -> None:
    encrypted = b"\0GITCRYPT\0cipher"
    repository.write({"secret.tf": encrypted})
    repository.commit()
    repository.write({".gitattributes": f"secret.tf filter={name} diff={name}\n".encode()})
    repository.run("add", ".gitattributes")
    repository.run("commit", "--quiet", "-m", "attributes")
    for key in ("smudge", "clean"):
        repository.run("config", f"filter.{name}.{key}", f"touch {tmp_path}/asked; echo password")
    repository.run("config", f"filter.{name}.required", "true")
    with checked_out(opened(repository.root)) as checkout:
        assert (checkout.root / "secret.tf").read_bytes() == encrypted
        change = (FileChange("secret.tf", encrypted, b"x"),)
        assert commit(repository, change, source=checkout) == BranchRefused("git-crypt encrypts files", ("secret.tf",))
        created(commit(repository, source=checkout))
    assert not (tmp_path / "asked").exists()


# --- kinds of repositories


def test_a_bare_repository(repository: Repository, tmp_path: Path) -> None:
    bare = Repository(tmp_path / "bare.git")
    repository.run("clone", "--quiet", "--bare", str(repository.root), str(bare.root))
    found = opened(bare.root)
    assert (found.top, found.git_dir) == (None, bare.root)
    with checked_out(found, "main") as checkout:
        assert files_of(checkout) == FILES
        first = created(commit(bare, source=checkout))
        assert created(commit(bare, source=checkout, force=True)).replaced == first.commit
    assert bare.text("diff", "--name-only", "main", "tfmod") == "api/main.tf"


def test_a_repository_that_the_environment_names(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Repository.create(tmp_path / "other", {"x.tf": b""})
    monkeypatch.setenv("GIT_DIR", str(repository.root / ".git"))
    assert opened(other.root).git_dir == other.root / ".git"
    found = opened(other.root, outer=True)
    assert (found.git_dir, found.from_environment) == (repository.root / ".git", True)
    with checked_out(found) as checkout:
        assert files_of(checkout) == FILES


def test_a_linked_worktree(repository: Repository, tmp_path: Path) -> None:
    repository.run("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    side = Repository(tmp_path / "side")
    side.write({"side.tf": b"side\n"})
    head = side.commit()
    with checked_out(opened(side.root)) as checkout:
        assert files_of(checkout) == {**FILES, "side.tf": b"side\n"}
        assert created(commit(side, source=checkout)).base == head
    with checked_out(opened(side.root / "api"), "main") as checkout:
        assert files_of(checkout) == FILES
        assert opened(side.root / "api").prefix == "api/"


def test_a_sparse_checkout_is_whole(repository: Repository) -> None:
    repository.run("sparse-checkout", "set", "--cone", "--sparse-index", "n")
    assert not (repository.root / "api").exists()
    with checked_out(opened(repository.root)) as checkout:
        assert files_of(checkout) == FILES
        created(commit(repository, source=checkout))
    assert repository.text("diff", "--name-only", "HEAD", "tfmod") == "api/main.tf"
    assert not (repository.root / "api").exists()


def test_a_shallow_clone(repository: Repository, tmp_path: Path) -> None:
    repository.write({"other.tf": b"second\n"})
    head = repository.commit()
    shallow = Repository(tmp_path / "shallow")
    repository.run("clone", "--quiet", "--depth=1", f"file://{repository.root}", str(shallow.root))
    assert created(commit(shallow)).base == head
    with checked_out(opened(shallow.root)) as checkout:
        assert created(commit(shallow, source=checkout, name="again")).base == head
    with pytest.raises(NoCommit, match="there is no commit HEAD~1"), checked_out(opened(shallow.root), "HEAD~1"):
        pass
    shallow.run("push", "--quiet", "origin", "tfmod")
    assert repository.text("rev-parse", "tfmod^") == head


def test_a_partial_clone_fetches_at_once(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.run("config", "uploadpack.allowFilter", "true")
    partial = Repository(tmp_path / "partial")
    repository.run("clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{repository.root}", str(partial.root))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    with checked_out(opened(partial.root)) as checkout:
        assert files_of(checkout) == FILES
        assert (tmp_path / "trace").read_text().count("built-in: git fetch") == 1
        created(commit(partial, source=checkout))


def test_objects_in_another_repository(repository: Repository, tmp_path: Path) -> None:
    shared = Repository(tmp_path / "shared")
    repository.run("clone", "--quiet", "--shared", str(repository.root), str(shared.root))
    with checked_out(opened(shared.root)) as checkout:
        assert files_of(checkout) == FILES
        created(commit(shared, source=checkout))
    assert repository.text("for-each-ref", "refs/heads/tfmod") == ""


def test_sha256(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repo")
    repository.root.mkdir()
    repository.run("init", "--quiet", "--initial-branch=main", "--object-format=sha256")
    repository.write(FILES)
    repository.commit()
    assert len(created(commit(repository)).commit) == 64
    with checked_out(opened(repository.root)) as checkout:
        workspace = Workspace.open(directory=checkout.root)
        assert isinstance(workspace, Workspace)
        assert (set(workspace.files), workspace.warnings) == (set(FILES), [])
        created(commit(repository, source=checkout, name="again"))
    assert repository.text("diff", "--name-only", "main", "again") == "api/main.tf"


def test_submodules_are_empty_and_stay_as_they_are(repository: Repository, tmp_path: Path) -> None:
    inner = Repository.create(tmp_path / "inner", {"x.tf": b"a\n"})
    repository.run("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.root), "sub")
    repository.run("commit", "--quiet", "-m", "submodule")
    with checked_out(opened(repository.root)) as checkout:
        assert list((checkout.root / "sub").iterdir()) == []
        text = "files are in a submodule or another repository inside this one"
        assert commit(repository, (FileChange("sub/y.tf", None, b""),), source=checkout) == BranchRefused(text, ("sub/y.tf",))
        created(commit(repository, source=checkout))
    assert repository.text("ls-tree", "tfmod", "sub") == repository.text("ls-tree", "main", "sub")
