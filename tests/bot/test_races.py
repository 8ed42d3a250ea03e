"""Two bots at once, people between looking and pushing, and runs that are cut off: never two pull requests, never a lost commit."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bot.lab import BotLab, config, lock
from tests.bot.test_life import BUDGETS, OPEN, PINS
from tests.support.git import Repository
from tests.support.git_server import Seen
from tests.support.scripted import Answer, Request, json_answer

ROOT = Path(__file__).parent.parent.parent


def started(desk: Repository) -> subprocess.Popen[str]:
    """The bot as a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "refactor", "bot", "--offline"]
    return subprocess.Popen(command, cwd=desk.root, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def before_the_first(lab: BotLab, line: str, act: Callable[[], None]) -> None:
    """Something happens when the bot sends its first request that begins like this, before it is answered."""
    answer = lab.forge.script.answer
    waiting = [act]

    def interrupted(request: Request) -> Answer:
        if waiting and f"{request.method} {request.path}".startswith(line):
            waiting.pop()()
        return answer(request)

    lab.forge.script.answer = interrupted


def before_the_first_push(lab: BotLab, act: Callable[[], None]) -> None:
    waiting = [act]

    def fault(seen: Seen) -> str:
        if waiting and seen.method == "POST" and seen.path.endswith("git-receive-pack"):
            waiting.pop()()
        return ""

    lab.server.fault = fault


def test_two_bots_at_once_make_one_of_each(lab: BotLab) -> None:
    bots = [started(lab.clone(name)) for name in ("one", "two")]
    ends = [(bot.communicate(timeout=120), bot.returncode) for bot in bots]
    assert [code for _, code in ends] == [0, 0], ends
    assert sorted((head, state) for _, head, state in lab.pulls) == [(BUDGETS, "open"), (PINS, "open")]
    assert lab.run().out == ""


def test_another_bot_is_done_with_everything_while_one_is_about_to_create(lab: BotLab) -> None:
    other = lab.clone("other")

    def overtake() -> None:
        bot = started(other)
        bot.communicate(timeout=120)
        assert bot.returncode == 0

    before_the_first(lab, "POST /api/v1/repos/team/infra/pulls", overtake)
    ran = lab.run()
    assert (ran.code, ran.out) == (0, ""), ran
    assert sorted((head, state) for _, head, state in lab.pulls) == [(BUDGETS, "open"), (PINS, "open")]


def test_another_bot_is_done_with_everything_while_one_is_about_to_push(lab: BotLab) -> None:
    other = lab.clone("other")

    def overtake() -> None:
        started(other).communicate(timeout=120)

    before_the_first_push(lab, overtake)
    ran = lab.run()
    assert (ran.code, ran.out) == (0, ""), ran
    assert lab.pulls == OPEN


def test_a_person_pushes_between_looking_and_pushing(lab: BotLab) -> None:
    lab.run()
    lab.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    commits: list[str] = []
    before_the_first_push(lab, lambda: commits.append(lab.person_pushes(PINS, {"more.tf": b"locals {}\n"})))
    ran = lab.run()
    assert "left alone, with a comment #1" in ran.out
    assert [lab.branches[PINS]] == commits


def test_a_person_pushes_before_an_unneeded_branch_is_deleted(lab: BotLab) -> None:
    lab.run()
    lab.commit({"tfmod.toml": lab.show("main:tfmod.toml").replace('"pin-images", ', "").encode()})
    commits: list[str] = []
    before_the_first_push(lab, lambda: commits.append(lab.person_pushes(PINS, {"more.tf": b"locals {}\n"})))
    lab.run()
    assert lab.pulls[0] == (1, PINS, "closed")
    assert [lab.branches[PINS]] == commits


def test_somebody_who_never_stops_pushing_ends_in_a_message(lab: BotLab) -> None:
    lab.run()
    lab.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    own = lab.branches[PINS]
    # The branch is the bot's whenever it looks, and another whenever it pushes.

    def fault(seen: Seen) -> str:
        if seen.path.endswith("git-receive-pack") and seen.method == "POST":
            message = lab.bare.text("show", "-s", "--format=%B", lab.branches[PINS])
            tick = str(len(lab.server.seen))
            made = lab.bare.run("commit-tree", f"{own}^{{tree}}", "-p", f"{own}^", data=f"{tick}\n\n{message}".encode()).decode().strip()
            lab.bare.run("update-ref", f"refs/heads/{PINS}", made)
        return ""

    lab.server.fault = fault
    ran = lab.run()
    assert ran.code == 3 and "somebody else keeps changing" in ran.out


def test_a_run_that_is_cut_off_after_the_push_is_completed(lab: BotLab) -> None:
    answer = lab.forge.script.answer
    lab.forge.script.answer = lambda r: json_answer({"message": "down"}, status=502) if r.method == "POST" else answer(r)
    ran = lab.run()
    assert ran.code == 3 and lab.pulls == [] and set(lab.branches) == {PINS}
    assert "not tried" in ran.out
    commit = lab.branches[PINS]
    lab.forge.script.answer = answer
    assert lab.run().code == 0
    assert lab.pulls == OPEN and lab.branches[PINS] == commit, "it was not pushed again"


def test_a_run_that_is_cut_off_between_push_and_edit_is_completed(lab: BotLab) -> None:
    lab.run()
    lab.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    answer = lab.forge.script.answer
    lab.forge.script.answer = lambda r: json_answer({"message": "down"}, status=502) if r.method == "PATCH" else answer(r)
    assert lab.run().code == 3
    assert "1.28.0" not in lab.world.pulls[0].body
    lab.forge.script.answer = answer
    assert "title and body" in lab.run().out
    assert "1.28.0" in lab.world.pulls[0].body


def test_a_run_that_is_cut_off_before_the_labels_is_completed(lab: BotLab) -> None:
    lab.commit({"tfmod.toml": config(lab.kind, 'labels = ["tfmod"]\nreviewers = ["grace"]\n')})
    answer = lab.forge.script.answer
    down = json_answer({"message": "down"}, status=502)
    lab.forge.script.answer = lambda r: down if "labels" in r.path or "reviewers" in r.path else answer(r)
    ran = lab.run()
    assert ran.code == 3 and "labels: " in ran.out
    assert lab.pulls == OPEN and not lab.world.pulls[0].labels
    lab.forge.script.answer = answer
    ran = lab.run()
    assert ran.code == 0 and "labels and people, which an earlier run did not come to" in ran.out
    assert [(pull.labels, pull.reviewers) for pull in lab.world.pulls] == [(["tfmod"], ["grace"])] * 2
    assert lab.run().out == ""


def test_a_lost_answer_to_the_push_is_found_out_by_the_next_run(lab: BotLab) -> None:
    lab.server.fault = lambda s: "lose" if s.method == "POST" and s.path.endswith("git-receive-pack") else ""
    assert lab.run().code == 3
    lab.server.fault = lambda _: ""
    assert lab.run().code == 0
    assert lab.pulls == OPEN


def test_a_branch_whose_run_was_cut_off_and_that_nobody_needs_is_deleted(lab: BotLab) -> None:
    answer = lab.forge.script.answer
    lab.forge.script.answer = lambda r: json_answer({"message": "down"}, status=502) if r.method == "POST" else answer(r)
    lab.run()
    lab.forge.script.answer = answer
    lab.commit({"tfmod.toml": lab.show("main:tfmod.toml").replace('"pin-images", ', "").encode()})
    assert "deleted branch pin-images" in lab.run().out
    assert set(lab.branches) == {BUDGETS}
