"""Pushing to a real git server, which decides by where the branch is; fetching and listing; nothing of the user's is touched."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from refactor.delivery.push import Pushed, RemoteBranches, fetch, push, remote_branches
from refactor.delivery.remote import Rejected, Remote, Why, push_url
from refactor.delivery.repository import GitRepository, find_repository
from tests.support.branches import untouched
from tests.support.git import Repository, isolate
from tests.support.git_server import GitServer, git_server, hook

NOWHERE = "0" * 39 + "1"


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with git_server(tmp_path / "server") as running:
        yield running


@pytest.fixture
def bare(server: GitServer) -> Repository:
    return server.create()


@pytest.fixture
def repository(tmp_path: Path, server: GitServer, bare: Repository) -> Repository:
    made = Repository.create(tmp_path / "repo", {"main.tf": b"a\n"})
    made.run("remote", "add", "origin", server.address())
    made.run("push", "--quiet", "origin", "main")
    return made


@pytest.fixture
def remote(repository: Repository, server: GitServer) -> Remote:
    return Remote(opened(repository), server.address())


def opened(repository: Repository) -> GitRepository:
    found = find_repository(repository.root)
    assert isinstance(found, GitRepository)
    return found


def another(repository: Repository, text: str = "another") -> str:
    """A commit on top of main that no ref leads to."""
    return repository.text("commit-tree", "main^{tree}", "-p", "main", "-m", text)


def rejected(result: object, reason: Why) -> Rejected:
    assert isinstance(result, Rejected), result
    assert result.reason is reason, result
    return result


# --- moving a branch


def test_a_branch_is_made_moved_and_deleted(repository: Repository, bare: Repository, remote: Remote) -> None:
    before, refs = untouched(repository), repository.text("for-each-ref")
    first, second = another(repository, "1"), another(repository, "2")
    assert push(remote, "tfmod/pins", first, None) == Pushed("tfmod/pins", None, first)
    assert push(remote, "tfmod/pins", second, first) == Pushed("tfmod/pins", first, second)
    assert bare.text("rev-parse", "tfmod/pins") == second
    assert push(remote, "tfmod/pins", None, second) == Pushed("tfmod/pins", second, None)
    assert bare.text("branch", "--list", "tfmod/*") == ""
    assert (untouched(repository), repository.text("for-each-ref")) == (before, refs)


def test_pushing_what_is_there_already_is_done(repository: Repository, remote: Remote) -> None:
    first = another(repository)
    push(remote, "x", first, None)
    assert push(remote, "x", first, first) == Pushed("x", first, first)


def test_a_branch_that_came_up_meanwhile_is_not_overwritten(repository: Repository, bare: Repository, remote: Remote) -> None:
    theirs = another(repository, "theirs")
    push(remote, "x", theirs, None)
    assert rejected(push(remote, "x", another(repository), None), Why.LEASE).text == "x has come up meanwhile"
    assert bare.text("rev-parse", "x") == theirs


@pytest.mark.parametrize("new", [True, False])
def test_a_branch_that_moved_or_went_meanwhile_is_left_alone(repository: Repository, bare: Repository, remote: Remote, new: bool) -> None:
    first, theirs = another(repository, "1"), another(repository, "theirs")
    push(remote, "x", first, None)
    push(remote, "x", theirs, first)
    mine = another(repository, "mine") if new else None
    assert rejected(push(remote, "x", mine, first), Why.LEASE).text == "x has been moved or deleted by somebody else"
    assert bare.text("rev-parse", "x") == theirs
    bare.run("branch", "-D", "x")
    rejected(push(remote, "x", mine, first), Why.LEASE)
    assert bare.text("branch", "--list", "x") == ""


def test_of_many_who_push_at_once_one_wins_and_the_others_are_told(repository: Repository, bare: Repository, remote: Remote) -> None:
    gate = bare.root / "gate"
    # All have been shown the same state before the first one is let through.
    hook(bare, "pre-receive", f"echo x >> {gate}; while [ $(wc -l < {gate}) -lt 4 ]; do sleep 0.02; done")
    start = another(repository, "start")
    bare.run("fetch", "--quiet", str(repository.root), start)
    for expected in (None, start):
        gate.unlink(missing_ok=True)
        branch = "new" if expected is None else "old"
        if expected is not None:
            bare.run("branch", branch, expected)
        mine = [another(repository, f"{branch} {number}") for number in range(4)]

        def one(commit: str, branch: str = branch, expected: str | None = expected) -> Pushed | Rejected:
            return push(remote, branch, commit, expected)

        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(one, mine))
        won = [r for r in results if isinstance(r, Pushed)]
        assert len(won) == 1, results
        assert bare.text("rev-parse", branch) == won[0].new
        assert {r.reason for r in results if isinstance(r, Rejected)} == {Why.LEASE}, results


def test_objects_that_are_not_here_are_refused(remote: Remote) -> None:
    rejected(push(remote, "x", NOWHERE, None), Why.REFUSED)


@pytest.mark.parametrize("branch", ["a..b", "x y", "-d", "x:y", "x.lock"])
def test_names_that_git_does_not_allow_are_refused(repository: Repository, bare: Repository, remote: Remote, branch: str) -> None:
    refs = bare.text("for-each-ref")
    rejected(push(remote, branch, another(repository), None), Why.REFUSED)
    assert bare.text("for-each-ref") == refs


def test_a_branch_below_a_branch_is_refused(repository: Repository, remote: Remote) -> None:
    """And so is one above a branch: both are paths of files to git."""
    push(remote, "x/y", another(repository), None)
    for name in ("x/y/z", "x"):
        refused = rejected(push(remote, name, another(repository), None), Why.REFUSED)
        assert refused.text == f"there is a branch x/y, and git can have no {name} beside it"


# --- what servers decline


@pytest.mark.parametrize(
    ("script", "reason", "text"),
    [
        ("echo 'no TODO in here, please' >&2; exit 1", Why.HOOK, "a hook of the server's declined: no TODO in here, please"),
        ("exit 1", Why.HOOK, "a hook of the server's declined: pre-receive hook declined"),
        (
            "echo 'GitLab: You are not allowed to push code to protected branches on this project.' >&2; exit 1",
            Why.PROTECTED,
            "the server protects main: GitLab: You are not allowed to push code to protected branches on this project.",
        ),
        (
            "echo 'error: GH006: Protected branch update failed for refs/heads/main.' >&2; exit 1",
            Why.PROTECTED,
            "the server protects main: error: GH006: Protected branch update failed for refs/heads/main.",
        ),
    ],
)
def test_what_a_server_declines_is_told_in_its_words(
    repository: Repository, bare: Repository, remote: Remote, script: str, reason: Why, text: str
) -> None:
    main = bare.text("rev-parse", "main")
    hook(bare, "pre-receive", script)
    result = rejected(push(remote, "main", another(repository), main), reason)
    assert result.text == text
    assert bare.text("rev-parse", "main") == main


def test_an_update_hook_declines_too(repository: Repository, bare: Repository, remote: Remote) -> None:
    hook(bare, "update", 'echo "$1 is closed" >&2; exit 1')
    result = rejected(push(remote, "x", another(repository), None), Why.HOOK)
    assert "refs/heads/x is closed" in result.remote


@pytest.mark.parametrize(("setting", "deletes"), [("receive.denyNonFastForwards", False), ("receive.denyDeletes", True)])
def test_a_server_that_allows_no_force_protects_its_branches(
    repository: Repository, bare: Repository, remote: Remote, setting: str, deletes: bool
) -> None:
    first = another(repository, "1")
    push(remote, "x", first, None)
    bare.run("config", setting, "true")
    rejected(push(remote, "x", None if deletes else another(repository, "2"), first), Why.PROTECTED)
    assert bare.text("rev-parse", "x") == first


def test_what_a_server_says_on_success_is_kept(repository: Repository, bare: Repository, remote: Remote) -> None:
    hook(bare, "post-receive", "echo; echo 'Create a pull request: http://forge/1'")
    result = push(remote, "x", another(repository), None)
    assert isinstance(result, Pushed)
    assert result.remote == ("Create a pull request: http://forge/1",)


def test_the_pre_push_hook_of_this_machine_may_decline(repository: Repository, bare: Repository, remote: Remote) -> None:
    hook(repository, "pre-push", "echo 'tests fail' >&2; exit 1")
    assert rejected(push(remote, "x", another(repository), None), Why.LOCAL_HOOK).text == "the pre-push hook declined: tests fail"
    assert bare.text("branch", "--list", "x") == ""


# --- what is there


def test_branches_and_the_default_one_are_listed(repository: Repository, bare: Repository, remote: Remote) -> None:
    main = bare.text("rev-parse", "main")
    assert remote_branches(remote) == RemoteBranches("main", {"main": main})
    commit = another(repository)
    push(remote, "deep/HEAD", commit, None)
    bare.run("symbolic-ref", "HEAD", "refs/heads/deep/HEAD")
    bare.run("tag", "v1", main)
    assert remote_branches(remote) == RemoteBranches("deep/HEAD", {"main": main, "deep/HEAD": commit})
    bare.run("symbolic-ref", "HEAD", "refs/heads/gone")
    assert remote_branches(remote) == RemoteBranches(None, {"main": main, "deep/HEAD": commit})


def test_a_new_repository_has_no_branches(server: GitServer, remote: Remote) -> None:
    server.create("empty.git")
    assert remote_branches(replace(remote, place=server.address("empty.git"))) == RemoteBranches(None, {})


def test_fetching_brings_commits_and_moves_nothing(repository: Repository, bare: Repository, remote: Remote) -> None:
    tree = bare.text("rev-parse", "main^{tree}")
    theirs = bare.text("commit-tree", tree, "-p", "main", "-m", "theirs")
    bare.run("update-ref", "refs/heads/main", theirs)
    before, refs = untouched(repository), repository.text("for-each-ref")
    for place in (remote.place, "origin"):
        assert fetch(replace(remote, place=place), ["main"]) == {"main": theirs}
    assert repository.text("cat-file", "-t", theirs) == "commit"
    assert (untouched(repository), repository.text("for-each-ref")) == (before, refs)
    assert not (repository.root / ".git/FETCH_HEAD").exists()
    assert fetch(remote, []) == {}


def test_a_branch_that_is_gone_cannot_be_fetched(repository: Repository, remote: Remote) -> None:
    refs = repository.text("for-each-ref")
    rejected(fetch(remote, ["main", "gone"]), Why.GONE)
    assert repository.text("for-each-ref") == refs


def test_the_push_url_is_what_git_would_use(repository: Repository, server: GitServer) -> None:
    found = opened(repository)
    assert push_url(found) == server.address()
    repository.run("config", "url.https://forge.example/.pushInsteadOf", server.url + "/")
    assert push_url(found) == "https://forge.example/team/infra.git"
    assert rejected(push_url(found, "upstream"), Why.REFUSED).text == "there is no remote upstream"
    rejected(push_url(found, "--all"), Why.REFUSED)


def test_a_directory_and_a_shallow_clone_and_sha256_do(repository: Repository, server: GitServer, bare: Repository, tmp_path: Path) -> None:
    commit = another(repository)
    assert push(Remote(opened(repository), str(bare.root)), "local", commit, None) == Pushed("local", None, commit)
    repository.write({"other.tf": b"b\n"})
    repository.run("push", "--quiet", "origin", f"{repository.commit()}:main")
    repository.run("clone", "--quiet", "--depth=1", server.address(), str(tmp_path / "shallow"))
    shallow = Repository(tmp_path / "shallow")
    assert shallow.text("rev-parse", "--is-shallow-repository") == "true"
    commit = shallow.text("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "on it")
    assert push(Remote(opened(shallow)), "from-shallow", commit, None) == Pushed("from-shallow", None, commit)
    longer = server.create("sha256.git", "--object-format=sha256")
    other = Repository(tmp_path / "sha256")
    other.root.mkdir()
    other.run("init", "--quiet", "--initial-branch=main", "--object-format=sha256")
    other.write({"main.tf": b"a\n"})
    commit = other.commit()
    assert push(Remote(opened(other), server.address("sha256.git")), "main", commit, None) == Pushed("main", None, commit)
    assert len(longer.text("rev-parse", "main")) == 64
