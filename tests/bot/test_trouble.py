"""Whatever is wrong is said in a way that helps, ends in 3 (2 where it was told wrong), and leaves nothing half-done."""

from __future__ import annotations

import pytest

from refactor.bot.place import Trouble, _unusable
from refactor.forges.model import Project
from refactor.forges.settings import ForgeKind
from tests.bot.lab import TOKENS, BotLab, config, deployment, lock
from tests.bot.test_life import BUDGETS, OPEN, PINS
from tests.forges.world import TOKEN
from tests.support.git_server import hook
from tests.support.scripted import Answer, Request, json_answer

PAGE = Answer(200, (("Content-Type", "text/html"),), b"<!DOCTYPE html><html>Please log in</html>")


def untouched(lab: BotLab) -> bool:
    return lab.pulls == [] and lab.branches == {}


def test_a_token_that_is_missing(lab: BotLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITEA_TOKEN")
    ran = lab.run()
    assert ran.code == 3 and "there is no token" in ran.err and "GITEA_TOKEN" in ran.err
    assert untouched(lab) and lab.forge.script.seen == []


@pytest.mark.parametrize("lab", list(ForgeKind), indirect=True)
def test_a_token_that_has_expired(lab: BotLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKENS[lab.kind], "another-0123456789")
    ran = lab.run()
    assert ran.code == 3 and "expired" in ran.err and TOKENS[lab.kind] in ran.err
    assert "another-0123456789" not in ran.out + ran.err
    assert untouched(lab)


def test_a_token_without_the_scope_to_write(lab: BotLab) -> None:
    answer = lab.forge.script.answer
    said = json_answer({"message": "token does not have at least one of required scope(s): [write:repository]"}, status=403)
    lab.forge.script.answer = lambda request: said if request.method == "POST" else answer(request)
    ran = lab.run()
    assert ran.code == 3 and "write:repository" in ran.out
    assert lab.pulls == []
    lab.forge.script.answer = answer
    assert lab.run().code == 0 and lab.pulls == OPEN, "the next run completes it"


def test_a_token_that_may_not_push(lab: BotLab) -> None:
    project = Project("team/infra", "main", "", archived=False, may_push=False)
    trouble = _unusable(project, lab.forge.location)
    assert isinstance(trouble, Trouble) and "not write" in trouble.text


def test_an_archived_project(lab: BotLab) -> None:
    lab.world.archived = True
    ran = lab.run()
    assert ran.code == 3 and "archived" in ran.err
    assert untouched(lab)


def test_a_base_branch_that_is_gone(lab: BotLab) -> None:
    ran = lab.run("--base", "release")
    assert ran.code == 3 and "has no branch release (there are main)" in ran.err
    assert untouched(lab)


def test_a_push_to_a_protected_branch(lab: BotLab) -> None:
    hook(lab.bare, "update", 'echo "GH006: Protected branch update failed for $1." >&2; exit 1')
    ran = lab.run()
    assert ran.code == 3 and "protects tfmod/pin-images" in ran.out
    assert untouched(lab)


def test_a_push_that_a_hook_declines_is_said_of_each_group(lab: BotLab) -> None:
    hook(lab.bare, "update", f'case "$1" in *{PINS}) echo "sign your commits" >&2; exit 1;; esac')
    ran = lab.run()
    assert ran.code == 3 and "sign your commits" in ran.out
    assert lab.pulls == [(1, BUDGETS, "open")], "the other group is not held up"


def test_a_forge_that_answers_with_a_page(lab: BotLab) -> None:
    lab.forge.script.answer = lambda _: PAGE
    ran = lab.run()
    assert ran.code == 3 and "web page" in ran.err and "proxy" in ran.err
    assert untouched(lab)
    lab.forge.problems.clear()


def test_a_git_server_that_answers_with_a_page(lab: BotLab) -> None:
    lab.server.fault = lambda _: "html"
    ran = lab.run()
    assert ran.code == 3 and "no git server" in ran.err
    assert untouched(lab)


def test_a_forge_that_is_down(lab: BotLab) -> None:
    lab.forge.script.answer = lambda _: json_answer({"message": "maintenance"}, status=503)
    ran = lab.run()
    assert ran.code == 3 and "503" in ran.err
    assert untouched(lab)


def test_a_git_server_that_wants_another_login(lab: BotLab) -> None:
    lab.server.login = ("tfmod", "another")
    ran = lab.run()
    assert ran.code == 3 and "can't be fetched from" in ran.err
    assert untouched(lab)


@pytest.mark.parametrize("date", ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 2099 23:59:59 GMT", "yesterday"])
def test_a_forge_whose_clock_is_wrong(lab: BotLab, date: str) -> None:
    answer = lab.forge.script.answer

    def skewed(request: Request) -> Answer:
        found = answer(request)
        return Answer(found.status, (*found.headers, ("Date", date)), found.body)

    lab.forge.script.answer = skewed
    assert lab.run().code == 0
    assert lab.pulls == OPEN and lab.run().out == ""


def test_git_without_an_identity(lab: BotLab, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.useConfigOnly")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    ran = lab.run()
    assert ran.code == 3 and "user.name" in ran.out
    assert untouched(lab)


def test_a_remote_that_there_is_not(lab: BotLab) -> None:
    ran = lab.run("--remote", "upstream")
    assert ran.code == 2 and "there is no remote upstream" in ran.err


def test_a_remote_that_is_no_forge(lab: BotLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TFMOD_FORGE_URL")
    lab.desk.run("remote", "set-url", "origin", str(lab.bare.root))
    ran = lab.run()
    assert ran.code == 2 and "directory of this machine" in ran.err


def test_a_setting_that_is_none(lab: BotLab) -> None:
    lab.commit({"tfmod.toml": config(lab.kind, 'schedule = "weekly"\n')})
    ran = lab.run()
    assert ran.code == 2 and "bot.schedule is no setting" in ran.err
    assert "origin/main:tfmod.toml" in ran.err, "and not a temporary directory"
    assert untouched(lab)


def test_a_codemod_that_there_is_not(lab: BotLab) -> None:
    lab.commit({"tfmod.toml": config(lab.kind).replace(b"add-pdbs", b"add-pbds")})
    ran = lab.run()
    assert ran.code == 2 and "there is no codemod add-pbds" in ran.err


def test_what_could_not_be_looked_up_this_time_is_not_taken_back(lab: BotLab) -> None:
    lab.run()
    before = lab.branches[PINS]
    lab.commit({"tfmod.lock": lock(postgres="17.2")})
    ran = lab.run()
    assert ran.code == 3 and "held #1" in ran.out and "nginx:latest" in ran.out
    assert lab.branches[PINS] == before
    lab.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    assert "updated #1" in lab.run().out


def test_nothing_that_could_be_looked_up_does_not_close_it(lab: BotLab) -> None:
    lab.run()
    lab.commit({"tfmod.lock": lock()})
    ran = lab.run()
    assert ran.code == 3 and "held #1" in ran.out
    assert lab.pulls == OPEN


def test_what_was_never_proposed_and_can_not_be_looked_up_holds_nothing_up(lab: BotLab) -> None:
    lab.commit({"stacks/web/private.tf": deployment("private", "registry.internal/private:latest")})
    assert lab.run().code == 3, "it is said that it failed"
    lab.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    assert "updated #1" in lab.run().out
    done = deployment("web", "nginx@sha256:" + "1" * 64), deployment("db", "postgres@sha256:" + "1" * 64)
    lab.commit({"stacks/web/main.tf": done[0], "stacks/db/main.tf": done[1]})
    assert "closed #1" in lab.run().out


def test_a_file_that_somebody_broke_takes_nothing_back(lab: BotLab) -> None:
    lab.run()
    before = lab.branches
    lab.commit({"stacks/web/main.tf": deployment("web", "nginx:latest", 2) + b"}\n"})
    ran = lab.run()
    assert ran.code == 3 and "held #1" in ran.out and "does not parse" in ran.out
    assert lab.branches == before and lab.pulls == OPEN


def test_the_token_is_on_no_disk(lab: BotLab) -> None:
    server = lab.server
    lab.run()
    assert server.seen
    places = [lab.desk.root, lab.bare.root]
    files = [p for root in places for p in root.rglob("*") if p.is_file()]
    assert files and not any(TOKEN.encode() in p.read_bytes() for p in files)


def test_another_host_never_gets_the_token(lab: BotLab, monkeypatch: pytest.MonkeyPatch) -> None:
    """The forge is where the environment says; git's remote is on another host, and its login is git's own business."""
    lab.desk.run("remote", "set-url", "origin", lab.server.address().replace("127.0.0.1", "localhost"))
    ran = lab.run()
    assert ran.code == 3 and "can't be fetched from" in ran.err
    assert all(seen.authorization == () for seen in lab.server.seen)
