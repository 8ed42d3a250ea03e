"""``--pr``: one pull request with everything that a command changes, on the remote's base branch."""

from __future__ import annotations

import pytest

from refactor.bot.groups import asked, branch_of
from tests.bot.lab import BotLab, deployment, lock
from tests.bot.test_life import OPEN, PINS

PINS_ASKED = branch_of("tfmod/", asked("pin-images", ()).name)
FIX_ASKED = branch_of("tfmod/", asked("harden", ()).name)


def test_a_codemod_s_pull_request(lab: BotLab) -> None:
    ran = lab.run("--pr", command="pin-images")
    assert ran.code == 0, ran.err
    assert lab.pulls == [(1, PINS_ASKED, "open")]
    assert "opened #1 pin-images: 2 images in 2 files" in ran.err
    assert ran.out.startswith("diff --git"), "the diff is shown as with --branch"


def test_a_recipe_s_has_a_commit_for_each_codemod(lab: BotLab) -> None:
    ran = lab.run("--pr", "--recipe", "harden", command="fix")
    assert lab.pulls == [(1, FIX_ASKED, "open")], ran.err
    subjects = lab.bare.text("log", "--format=%s", f"main..{FIX_ASKED}").splitlines()
    assert [subject.split(":")[0] for subject in reversed(subjects)] == ["pin-images", "add-probes", "add-pdbs"]
    assert "tfmod fix --recipe harden --offline --base origin/main" in lab.world.pulls[0].body


def test_uncommitted_and_unpushed_work_is_no_part_of_it(lab: BotLab) -> None:
    lab.desk.write({"stacks/db/main.tf": b"not even Terraform", "tfmod.lock": b"nor a lock"})
    lab.desk.run("checkout", "--quiet", "-b", "feature")
    lab.desk.commit("on a branch of mine")
    ran = lab.run("--pr", command="pin-images")
    assert ran.code == 0, ran.err
    assert lab.bare.text("rev-parse", f"{PINS_ASKED}^") == lab.bare.text("rev-parse", "main")


def test_again_it_is_the_same_one(lab: BotLab) -> None:
    lab.run("--pr", command="pin-images")
    assert "up to date #1" in lab.run("--pr", command="pin-images").err
    lab.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    assert "updated #1" in lab.run("--pr", command="pin-images").err
    assert lab.pulls == [(1, PINS_ASKED, "open")]


def test_paths_have_their_own(lab: BotLab) -> None:
    lab.run("stacks/web", "--pr", command="pin-images")
    lab.run("--pr", command="pin-images")
    assert [number for number, _, _ in lab.pulls] == [1, 2]
    assert "postgres" not in lab.world.pulls[0].body and "postgres" in lab.world.pulls[1].body
    assert "--base origin/main stacks/web" in lab.world.pulls[0].body


def test_in_a_directory_it_is_about_that_directory(lab: BotLab) -> None:
    lab.run("stacks/web", "--pr", command="pin-images")
    for name, arguments in (
        ("stacks", ["web"]),
        ("stacks/web", []),
        ("stacks/db", ["../web/."]),
        (".", [str(lab.desk.root / "stacks/web")]),
    ):
        ran = lab.run(*arguments, "--pr", command="pin-images", at=name)
        assert "up to date #1" in ran.err, (name, ran.err)
    assert len(lab.pulls) == 1


def test_a_path_that_leads_out_is_refused(lab: BotLab) -> None:
    assert lab.run("../..", "--pr", command="pin-images").code == 2
    assert lab.pulls == []


def test_a_closed_one_is_proposed_again_as_a_person_asks_for_it(lab: BotLab) -> None:
    lab.run("--pr", command="pin-images")
    lab.world.pulls[0].state = "closed"
    assert "opened #2" in lab.run("--pr", command="pin-images").err


def test_the_bot_leaves_it_alone_and_does_not_count_it(lab: BotLab) -> None:
    lab.run("--pr", command="pin-images")
    lab.run("--limit", "2")
    assert lab.pulls == [(1, PINS_ASKED, "open"), *((n + 1, head, state) for n, head, state in OPEN)]
    lab.commit({"stacks/web/main.tf": deployment("web", "nginx:1@sha256:" + "1" * 64), "stacks/db/main.tf": b"locals {}\n"})
    lab.run()
    assert lab.pulls[0] == (1, PINS_ASKED, "open") and PINS_ASKED in lab.branches and PINS not in lab.branches


def test_nothing_to_change_makes_none(lab: BotLab) -> None:
    lab.commit({"stacks/web/main.tf": b"locals {}\n", "stacks/db/main.tf": b"locals {}\n"})
    assert lab.run("--pr", command="pin-images").code == 0
    assert lab.pulls == [] and lab.branches == {}


def test_a_persons_push_stays_and_the_command_says_so(lab: BotLab) -> None:
    lab.run("--pr", command="pin-images")
    commit = lab.person_pushes(PINS_ASKED, {"more.tf": b"locals {}\n"})
    lab.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    ran = lab.run("--pr", command="pin-images")
    assert ran.code == 3 and "somebody has pushed" in ran.err
    assert lab.branches[PINS_ASKED] == commit


def test_dry_run_of_the_environment_makes_none(lab: BotLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRY_RUN", "true")
    ran = lab.run("--pr", command="pin-images")
    assert ran.code == 0 and "would open pin-images" in ran.err
    assert lab.pulls == [] and lab.branches == {}


@pytest.mark.parametrize("flags", [("--write",), ("--branch", "x"), ("--check",), ("--interactive",), ("--squash",)])
def test_flags_that_do_not_go_together(lab: BotLab, flags: tuple[str, ...]) -> None:
    assert lab.run("--pr", *flags, command="pin-images").code == 2
    assert lab.forge.script.seen == []
