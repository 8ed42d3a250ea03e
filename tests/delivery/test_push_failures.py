"""A remote that has no access to give, is not there, breaks off or answers something else; and a login that leaves no trace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from refactor.delivery.push import Pushed, RemoteBranches, fetch, push, remote_branches
from refactor.delivery.remote import Login, Rejected, Remote, Why, ask
from refactor.delivery.repository import GitRepository, find_repository
from tests.support.git import Repository, isolate
from tests.support.git_server import PASSWORD, USER, GitServer, git_server, hook

LOGIN = Login(USER, PASSWORD)


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate(monkeypatch)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with git_server(tmp_path / "server") as running:
        running.create()
        yield running


@pytest.fixture
def bare(server: GitServer) -> Repository:
    return Repository(server.root / "team/infra.git")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "repo", {"main.tf": b"a\n"})


@pytest.fixture
def remote(repository: Repository, server: GitServer) -> Remote:
    found = find_repository(repository.root)
    assert isinstance(found, GitRepository)
    return Remote(found, server.address(), timeout=20)


def head(remote: Remote) -> str:
    return ask(remote, "rev-parse", "HEAD").output.strip()


def rejected(result: object, reason: Why) -> Rejected:
    assert isinstance(result, Rejected), result
    assert result.reason is reason, result
    assert PASSWORD not in repr(result) and LOGIN.header() not in repr(result)
    return result


# --- logins


def test_with_a_login_the_server_is_asked_and_nothing_of_it_stays(
    repository: Repository, server: GitServer, remote: Remote, tmp_path: Path
) -> None:
    server.login = (USER, PASSWORD)
    signed_in = replace(remote, login=LOGIN)
    arguments = tmp_path / "arguments"
    hook(
        repository,
        "pre-push",
        f'echo "$@" >> {arguments}; ps -o args= -p $PPID >> {arguments}; cat /proc/$PPID/cmdline >> {arguments} || true',
    )
    assert push(signed_in, "x", head(remote), None) == Pushed("x", None, head(remote))
    assert remote_branches(signed_in) == RemoteBranches(None, {"x": head(remote)})
    assert fetch(signed_in, ["x"]) == {"x": head(remote)}
    assert {seen.authorization for seen in server.seen} == {(LOGIN.header().removeprefix("Authorization: "),)}
    traces = [path for path in tmp_path.rglob("*") if path.is_file() and server.root not in path.parents]
    assert arguments in traces
    for secret in (PASSWORD, LOGIN.header().rpartition(" ")[2]):
        assert [path for path in traces if secret.encode() in path.read_bytes()] == []
    assert PASSWORD not in repr(signed_in)


def test_without_a_login_or_with_a_wrong_one_there_is_no_access(server: GitServer, remote: Remote) -> None:
    server.login = (USER, PASSWORD)
    for one in (remote, replace(remote, login=Login(USER, "expired"))):
        rejected(push(one, "x", head(remote), None), Why.NO_ACCESS)
        rejected(remote_branches(one), Why.NO_ACCESS)
        rejected(fetch(one, ["x"]), Why.NO_ACCESS)


def test_no_helper_sees_the_login_or_answers_in_its_place(
    repository: Repository, server: GitServer, remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = tmp_path / "helper"
    helper.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\necho username={USER}\necho password={PASSWORD}\n')
    helper.chmod(0o755)
    repository.run("config", "credential.helper", str(helper))
    repository.run("config", f"credential.{server.url}.helper", str(helper))
    monkeypatch.setenv("GIT_ASKPASS", str(helper))
    server.login = (USER, PASSWORD)
    assert isinstance(push(replace(remote, login=LOGIN), "x", head(remote), None), Pushed)
    rejected(push(replace(remote, login=Login(USER, "expired")), "x", None, head(remote)), Why.NO_ACCESS)
    assert not (tmp_path / "asked").exists()
    assert isinstance(push(remote, "y", head(remote), None), Pushed)  # without a login of ours, helpers are the user's way
    assert (tmp_path / "asked").exists()


def test_a_header_that_a_ci_job_left_in_the_configuration_is_replaced(repository: Repository, server: GitServer, remote: Remote) -> None:
    server.login = (USER, PASSWORD)
    repository.run("config", f"http.{server.url}/.extraHeader", "AUTHORIZATION: basic b3RoZXI6b3RoZXI=")
    repository.run("config", "http.extraHeader", "AUTHORIZATION: basic b3RoZXI6b3RoZXI=")
    assert isinstance(push(replace(remote, login=LOGIN), "x", head(remote), None), Pushed)


def test_a_user_in_the_url_gives_way_to_the_login(server: GitServer, remote: Remote) -> None:
    server.login = (USER, PASSWORD)
    place = remote.place.replace("http://", "http://somebody:old-token@")
    assert isinstance(push(replace(remote, place=place, login=LOGIN), "x", head(remote), None), Pushed)
    found = rejected(push(replace(remote, place=place), "x", head(remote), None), Why.NO_ACCESS)
    assert "old-token" not in repr(found)


def test_settings_of_an_outer_git_command_still_hold(server: GitServer, remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.{server.url}/.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "infra:")
    assert isinstance(push(replace(remote, place="infra:team/infra.git"), "x", head(remote), None), Pushed)


def test_a_redirect_gets_no_login(server: GitServer, remote: Remote, tmp_path: Path) -> None:
    with git_server(tmp_path / "elsewhere") as other:
        other.create()
        server.fault, server.elsewhere = lambda _: "away", other.url
        assert isinstance(push(replace(remote, login=LOGIN), "x", head(remote), None), Rejected)
        assert other.seen == []


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("http://git.example.com/a/b.git", "the login for git.example.com would be sent over plain http"),
        ("git@git.example.com:a/b.git", "a login is for an http(s) URL; ssh has its own keys"),
        ("ssh://git.example.com/a/b.git", "a login is for an http(s) URL; ssh has its own keys"),
        ("origin", "a login is for an http(s) URL; ssh has its own keys"),
    ],
)
def test_a_login_goes_nowhere_where_others_could_read_it(remote: Remote, place: str, text: str) -> None:
    assert rejected(push(replace(remote, place=place, login=LOGIN), "x", "0" * 40, None), Why.NO_ACCESS).text == text


def test_a_place_is_never_an_option(remote: Remote) -> None:
    for place in ("--upload-pack=touch x", "-x"):
        rejected(remote_branches(replace(remote, place=place)), Why.REFUSED)


# --- servers that are not there, or not themselves


def test_a_repository_that_is_not_there(server: GitServer, remote: Remote, tmp_path: Path) -> None:
    for place in (server.address("team/other.git"), str(tmp_path / "nowhere"), "no-such-remote"):
        rejected(push(replace(remote, place=place), "x", head(remote), None), Why.NOT_FOUND)


def test_nobody_listens(remote: Remote, tmp_path: Path) -> None:
    with git_server(tmp_path / "gone") as gone:
        place = gone.address()
    rejected(push(replace(remote, place=place), "x", head(remote), None), Why.UNREACHABLE)


@pytest.mark.parametrize("fault", ["drop", "busy"])
@pytest.mark.parametrize("when", ["git-receive-pack", "/git-receive-pack"])
def test_a_server_that_breaks_off_or_is_busy(server: GitServer, bare: Repository, remote: Remote, fault: str, when: str) -> None:
    server.fault = lambda seen: fault if seen.path.endswith(when) else ""
    rejected(push(remote, "x", head(remote), None), Why.UNREACHABLE)
    assert bare.text("for-each-ref") == ""
    server.fault = lambda _: ""
    assert isinstance(push(remote, "x", head(remote), None), Pushed)


def test_a_push_whose_answer_is_lost_is_completed_by_the_next_run(server: GitServer, bare: Repository, remote: Remote) -> None:
    server.fault = lambda seen: "lose" if seen.method == "POST" and seen.path.endswith("receive-pack") else ""
    rejected(push(remote, "x", head(remote), None), Why.UNREACHABLE)
    assert bare.text("rev-parse", "x") == head(remote)  # it was done
    server.fault = lambda _: ""
    assert remote_branches(remote) == RemoteBranches(None, {"x": head(remote)})


def test_a_page_in_place_of_an_answer(server: GitServer, remote: Remote) -> None:
    server.fault = lambda _: "html"
    assert isinstance(push(remote, "x", head(remote), None), Rejected)
    # git itself reads it as an empty repository, and a bot would begin anew.
    assert rejected(remote_branches(remote), Why.UNREACHABLE).text == "something answered that is no git server"
    rejected(fetch(remote, ["x"]), Why.UNREACHABLE)
    server.fault = lambda _: ""
    server.login = (USER, PASSWORD)
    assert remote_branches(replace(remote, login=LOGIN)) == RemoteBranches(None, {})


def test_a_server_that_never_answers_is_given_up(server: GitServer, bare: Repository, remote: Remote) -> None:
    server.fault = lambda seen: "hold" if seen.method == "POST" else ""
    result = rejected(push(replace(remote, timeout=0.5), "x", head(remote), None), Why.UNREACHABLE)
    assert result.text == "the remote took too long to answer"
    assert bare.text("for-each-ref") == ""


def test_an_interrupt_ends_git_too(server: GitServer, remote: Remote, repository: Repository) -> None:
    server.fault = lambda seen: "hold" if seen.method == "POST" else ""
    program = (
        "import sys, pathlib; from refactor.delivery.repository import find_repository; from refactor.delivery.remote import Remote; "
        "from refactor.delivery.push import push; r = find_repository(pathlib.Path(sys.argv[1])); "
        "push(Remote(r, sys.argv[2]), 'x', sys.argv[3], None)"
    )
    command = [sys.executable, "-c", program, str(repository.root), server.address(), head(remote)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(Path.cwd())}) as process:
        assert server.held.wait(30)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert b"KeyboardInterrupt" in errors
    deadline = time.monotonic() + 20
    while server.address().encode() in subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, check=True).stdout:
        assert time.monotonic() < deadline, "git goes on"


def test_without_git_the_answer_is_a_message(remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert rejected(push(remote, "x", "0" * 40, None), Why.REFUSED).text == "git is not installed"
