"""The whole life of the pull requests on a real Gitea, by the whole command; its own description judges each exchange."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from refactor.bot import place
from refactor.cli import main
from refactor.forges.client import client_for
from refactor.forges.model import PullRequest, PullState
from refactor.forges.remote import Location
from refactor.forges.tokens import Token
from tests.bot.lab import CLEARED, FILES, Ran, config, deployment, lock
from tests.bot.test_life import BUDGETS, PINS
from tests.forges.labs import ok
from tests.forges.real_gitea import GiteaLab, RunningGitea, gitea_lab
from tests.support.git import Repository, isolate


class RealLab:
    """``lab.git`` is the person's clone."""

    def __init__(self, lab: GiteaLab, desk: Repository, capture: pytest.CaptureFixture[str]) -> None:
        self.lab, self.desk, self._capture = lab, desk, capture

    def run(self, *arguments: str) -> Ran:
        os.chdir(self.desk.root)
        code = main(["bot", "--offline", *arguments])
        captured = self._capture.readouterr()
        assert self.lab.token.secret.reveal() not in captured.out + captured.err
        return Ran(code, captured.out, captured.err)

    def commit(self, files: Mapping[str, bytes]) -> None:
        git = self.lab.git
        git.run("checkout", "--quiet", "main")
        git.write(files)
        git.commit("upstream")
        git.run("push", "--quiet", "origin", "main")

    def pulls(self, branch: str) -> list[tuple[int, PullState]]:
        return [(pull.number, pull.state) for pull in self.found(branch)]

    def found(self, branch: str) -> list[PullRequest]:
        return list(ok(self.lab.client.find(branch)))

    def head(self, branch: str) -> str:
        return ok(self.lab.client.branch(branch)).commit


@pytest.fixture
def real(
    gitea_server: RunningGitea, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[RealLab]:
    for name in list(os.environ):
        if name.startswith(CLEARED):
            monkeypatch.delenv(name)
    isolate(monkeypatch)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with gitea_lab(gitea_server, tmp_path / "person") as lab:

        def connected(location: Location, token: Token, env: Mapping[str, str]) -> place.Client:
            assert location == lab.location, "what the remote's URL and [forge] say is where it is"
            del env
            return client_for(lab.transport_with(token))

        monkeypatch.setattr(place, "connected", connected)
        monkeypatch.setenv("GITEA_TOKEN", lab.token.secret.reveal())
        desk = Repository(tmp_path / "desk")
        address = lab.git.text("remote", "get-url", "origin")
        made = RealLab(lab, desk, capfd)
        made.commit({**FILES, "tfmod.toml": config("gitea", 'labels = ["tfmod"]\n')})
        subprocess.run(["git", "clone", "--quiet", address, desk.root], env={**os.environ, **lab.git.env}, check=True)
        yield made


def test_the_whole_life(real: RealLab) -> None:
    assert real.run().code == 0
    assert (real.pulls(PINS), real.pulls(BUDGETS)) == ([(1, PullState.OPEN)], [(2, PullState.OPEN)])
    assert real.found(PINS)[0].labels == ("tfmod",)
    assert real.run().out == ""

    heads = real.head(PINS), real.head(BUDGETS)
    real.commit({"stacks/db/main.tf": b"# kept\n" + deployment("db", "postgres:latest")})
    assert "updated #1" in real.run().out
    assert real.pulls(PINS) == [(1, PullState.OPEN)]
    assert real.head(PINS) != heads[0] and real.head(BUDGETS) == heads[1]
    assert real.run().out == ""

    real.commit({"stacks/web/main.tf": deployment("web", "nginx:latest", 1)})
    assert "closed #2" in real.run().out
    assert real.pulls(BUDGETS) == [(2, PullState.CLOSED)]
    assert "nothing to change any more" in real.found(BUDGETS)[0].body

    real.commit({"stacks/web/main.tf": deployment("web", "nginx:latest", 2)})
    assert "opened #3" in real.run("--limit", "2").out
    assert real.pulls(BUDGETS) == [(3, PullState.OPEN), (2, PullState.CLOSED)]

    ok(real.lab.client.close(real.found(PINS)[0]))
    assert real.run().out == "", "it was declined"
    real.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    assert "postponed" in real.run("--limit", "1", "-v").out
    assert "would open pin-images" in real.run("--dry-run").out
    assert "opened #4" in real.run().out


def test_a_persons_push_stays(real: RealLab) -> None:
    real.run()
    git = real.lab.git
    git.run("fetch", "--quiet", "origin", PINS)
    git.run("checkout", "--quiet", "-B", "review", "FETCH_HEAD")
    git.write({"more.tf": b"locals {}\n"})
    commit = git.commit("a reviewer's fix")
    git.run("push", "--quiet", "origin", f"review:{PINS}")
    real.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    assert "left alone, with a comment #1" in real.run().out
    assert real.run().out == ""
    assert real.head(PINS) == commit
    assert len(ok(real.lab.client.comments(real.found(PINS)[0]))) == 1


def test_an_archived_project(real: RealLab) -> None:
    real.lab.archive()
    ran = real.run()
    assert ran.code == 3 and "archived" in ran.err


def test_a_protected_branch(real: RealLab) -> None:
    rule = {"rule_name": "tfmod/**", "enable_push": False}
    real.lab.server.ask("POST", f"/repos/{real.lab.project}/branch_protections", rule)
    ran = real.run()
    assert ran.code == 3 and "protects tfmod/pin-images" in ran.out
    assert real.pulls(PINS) == []


def test_a_token_that_may_only_read(real: RealLab) -> None:
    real.lab.server.ask("PUT", f"/repos/{real.lab.project}/collaborators/tfmod-bot", {"permission": "read"})
    ran = real.run()
    assert ran.code == 3 and "not write to it" in ran.err
