"""The life of the bot's pull requests, by the whole command, with real pushes; the forge is a make-believe one that its description holds
to account."""

from __future__ import annotations

import pytest

from refactor.forges.settings import ForgeKind
from tests.bot.lab import BotLab, config, deployment, lock

everywhere = pytest.mark.parametrize("lab", list(ForgeKind), indirect=True)
PINS, BUDGETS = "tfmod/pin-images", "tfmod/add-pdbs"
OPEN = [(1, PINS, "open"), (2, BUDGETS, "open")]


@everywhere
def test_from_opening_to_closing_on_each_forge(lab: BotLab) -> None:
    server = lab.server
    first = lab.run()
    assert first.code == 0, first.err
    assert server.seen and lab.pulls == OPEN
    assert [line.split(" ", 2)[:2] for line in first.lines[:2]] == [["opened", "#1"], ["opened", "#2"]]
    branches, writes = lab.branches, lab.writes()
    second = lab.run()
    assert (second.code, second.out, second.err) == (0, "", "")
    assert (lab.branches, lab.writes()) == (branches, writes)
    assert set(branches) == {PINS, BUDGETS}
    # Another value, and one workload that needs no budget any more.
    lab.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2"), "stacks/web/main.tf": deployment("web", "nginx:latest", 1)})
    third = lab.run()
    assert [line.split(":")[0] for line in third.lines[:2]] == ["closed #2 add-pdbs", "updated #1 pin-images"] and third.code == 0
    assert lab.pulls == [(1, PINS, "open"), (2, BUDGETS, "closed")]
    assert "nginx:1.28.0" in lab.world.pulls[0].body and "nginx:1.28.0" in lab.show(f"{PINS}:stacks/web/main.tf")
    assert "there is nothing to change any more" in lab.world.pulls[1].body
    # A person pushes: it stays, and is answered once.
    commit = lab.person_pushes(PINS, {"more.tf": b"locals {}\n"})
    lab.commit({"tfmod.lock": lock(nginx="1.29.0", postgres="17.2")})
    assert "left alone, with a comment #1" in lab.run().out
    assert lab.run().out == "" and lab.branches == {PINS: commit}
    [comment] = lab.world.pulls[0].comments
    assert "Somebody has pushed" in comment.body


def test_an_upstream_change_of_one_file_renews_the_branch_of_the_same_number(lab: BotLab) -> None:
    lab.run()
    before = lab.branches
    base = lab.commit({"stacks/db/main.tf": b"# kept\n" + deployment("db", "postgres:latest")})
    ran = lab.run()
    assert [line.split(":")[0] for line in ran.lines[:-1]] == ["updated #1 pin-images"]
    assert lab.pulls == OPEN
    assert lab.branches[BUDGETS] == before[BUDGETS] and lab.branches[PINS] != before[PINS]
    assert lab.bare.text("rev-parse", f"{PINS}^") == base
    assert lab.show(f"{PINS}:stacks/db/main.tf").startswith("# kept\n")
    assert lab.run().out == ""


def test_an_upstream_change_of_another_file_changes_nothing(lab: BotLab) -> None:
    lab.run()
    before, writes = lab.branches, lab.writes()
    lab.commit({"stacks/other/main.tf": b"locals {}\n", "README.md": b"#\n"})
    assert lab.run().out == ""
    assert (lab.branches, lab.writes()) == (before, writes)


def test_a_persons_push_taken_back_hands_it_back(lab: BotLab) -> None:
    lab.run()
    own = lab.branches[PINS]
    lab.person_pushes(PINS, {"more.tf": b"locals {}\n"})
    lab.run()
    lab.push(lab.person, f"{own}:refs/heads/{PINS}", "--force")
    lab.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    assert "updated #1" in lab.run().out


def test_an_amended_commit_is_a_persons(lab: BotLab) -> None:
    lab.run()
    lab.person.run("fetch", "--quiet", f"file://{lab.bare.root}", PINS)
    lab.person.run("checkout", "--quiet", "-B", "review", "FETCH_HEAD")
    lab.person.write({"stacks/db/main.tf": b"locals {}\n"})
    lab.person.run("commit", "--quiet", "--all", "--amend", "--no-edit")
    lab.push(lab.person, f"HEAD:refs/heads/{PINS}", "--force")
    assert "left alone, with a comment #1" in lab.run().out


def test_a_merge_of_the_base_by_the_forges_button_is_no_persons_work(lab: BotLab) -> None:
    lab.run()
    lab.commit({"README.md": b"#\n"})
    lab.person.run("fetch", "--quiet", f"file://{lab.bare.root}", PINS)
    lab.person.run("checkout", "--quiet", "-B", "review", "FETCH_HEAD")
    lab.person.run("merge", "--quiet", "--no-ff", "-m", "Merge branch 'main'", "main")
    lab.push(lab.person, f"HEAD:refs/heads/{PINS}")
    assert lab.run().out == ""
    lab.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    assert "updated #1" in lab.run().out


def test_what_the_bot_closed_comes_back_when_it_is_needed_again(lab: BotLab) -> None:
    lab.run()
    lab.commit({"stacks/web/main.tf": deployment("web", "nginx:latest", 1)})
    lab.run()
    lab.commit({"stacks/web/main.tf": deployment("web", "nginx:latest", 2)})
    assert "opened #3" in lab.run().out
    assert "#2" in lab.world.pulls[2].body


def test_what_a_person_closed_comes_back_only_as_another_change(lab: BotLab) -> None:
    lab.run()
    lab.world.pulls[0].state = "closed"
    assert lab.run().out == ""
    lab.commit({"stacks/db/main.tf": b"# lines move\n" + deployment("db", "postgres:latest")})
    assert lab.run().out == "", "the same change on other lines"
    lab.bare.run("branch", "-D", PINS)
    assert lab.run().out == "", "also without its branch"
    lab.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    assert "opened #3" in lab.run().out


def test_a_reopened_one_is_kept_up_to_date(lab: BotLab) -> None:
    lab.run()
    lab.world.pulls[0].state = "closed"
    lab.run()
    lab.world.pulls[0].state = "open"
    lab.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    assert "updated #1" in lab.run().out


def test_what_a_person_wrote_stays_until_there_is_something_new(lab: BotLab) -> None:
    lab.run()
    pull = lab.world.pulls[0]
    pull.title, pull.body = "Please review", pull.body + "\n- [x] looked at\n"
    lab.commit({"stacks/more/main.tf": deployment("more", "other:1.2.3@sha256:" + "1" * 64)})
    assert lab.run().out == "", "coverage has changed, the change has not"
    assert pull.title == "Please review" and pull.body.endswith("looked at\n")


def test_a_merged_one_is_done_and_others_of_the_same_file_are_renewed(lab: BotLab) -> None:
    lab.run()
    lab.merge(lab.world.pulls[1])
    assert [line.split(":")[0] for line in lab.run().lines[:-1]] == ["updated #1 pin-images"]
    lab.commit({"stacks/web/main.tf": deployment("web", "nginx:latest", 2)}, "reverted")
    lab.run()
    assert lab.pulls == [OPEN[0], (2, BUDGETS, "merged")], "it was reverted for a reason"


def test_no_more_than_the_limit_are_open(lab: BotLab) -> None:
    assert lab.run("--limit", "1").code == 0
    assert lab.pulls == OPEN[:1] and set(lab.branches) == {PINS}
    assert lab.run("--limit", "1").out == ""
    assert "postponed add-pdbs: 1 are open, and the limit is 1" in lab.run("--limit", "1", "-v").out
    lab.merge(lab.world.pulls[0])
    lab.run("--limit", "1")
    assert lab.pulls[1] == (2, BUDGETS, "open")


def test_the_limit_counts_what_is_closed_in_the_same_run(lab: BotLab) -> None:
    lab.commit({"tfmod.toml": config(lab.kind, "limit = 1\n").replace(b'"pin-images", "add-pdbs"', b'"add-pdbs", "pin-images"')})
    lab.run()
    assert lab.pulls == [(1, BUDGETS, "open")]
    lab.commit({"stacks/web/main.tf": deployment("web", "nginx:latest", 1)})
    lab.run()
    assert lab.pulls == [(1, BUDGETS, "closed"), (2, PINS, "open")]


def test_a_dry_run_says_all_and_changes_nothing(lab: BotLab) -> None:
    ran = lab.run("--dry-run")
    assert ran.code == 0
    assert [line.split(":")[0] for line in ran.lines[:2]] == ["would open pin-images", "would open add-pdbs"]
    assert "nothing was changed" in ran.out
    assert lab.pulls == [] and lab.branches == {} and lab.writes() == []


def test_a_dry_run_of_each_step_changes_nothing(lab: BotLab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.run()
    lab.person_pushes(PINS, {"more.tf": b"locals {}\n"})
    lab.commit({"stacks/web/main.tf": deployment("web", "nginx:latest", 1)})
    before, writes = lab.branches, lab.writes()
    monkeypatch.setenv("DRY_RUN", "1")
    ran = lab.run()
    assert "would leave alone, with a comment #1" in ran.out and "would close #2" in ran.out
    assert (lab.branches, lab.writes()) == (before, writes)


def test_labels_and_people_of_a_new_one(lab: BotLab) -> None:
    lab.commit({"tfmod.toml": config(lab.kind, 'labels = ["tfmod"]\nassignees = ["ada"]\nreviewers = ["grace"]\ndraft = true\n')})
    assert lab.run().code == 0
    pull = lab.world.pulls[0]
    assert (pull.labels, pull.assignees, pull.reviewers) == (["tfmod"], ["ada"], ["grace"])
    assert pull.title.startswith("WIP: pin-images")
    pull.labels.clear()
    assert lab.run().out == "", "what a person took off stays off"


@pytest.mark.parametrize("lab", [ForgeKind.GITEA, ForgeKind.GITHUB], indirect=True)
def test_a_reviewer_that_there_is_not_is_said_and_the_others_are_asked(lab: BotLab) -> None:
    """Forges refuse the whole request for one name; the bot asks only once."""
    lab.commit({"tfmod.toml": config(lab.kind, 'reviewers = ["nobody", "grace"]\nlabels = ["tfmod"]\n')})
    ran = lab.run()
    assert ran.code == 3 and "can ask nobody of that name: nobody; is it right" in ran.out
    assert lab.pulls == OPEN and lab.world.pulls[0].labels == ["tfmod"]
    assert lab.world.pulls[0].reviewers == ["grace"]


def test_other_groups_close_those_that_are_no_more(lab: BotLab) -> None:
    lab.run()
    ran = lab.run("--group-by", "stack")
    assert ran.code == 0, ran.err
    assert [(state, "stack" in head) for _, head, state in lab.pulls] == [("closed", False)] * 2 + [("open", True)] * 2
    assert all("stack" in branch for branch in lab.branches)
    assert lab.run("--group-by", "stack").out == ""


def test_people_s_branches_and_pull_requests_are_left_alone(lab: BotLab) -> None:
    lab.push(lab.person, "HEAD:refs/heads/tfmod/mine")
    lab.push(lab.person, "HEAD:refs/heads/feature")
    lab.world.open("feature", "main", "A feature", "", author="ada")
    lab.run()
    assert lab.pulls[0] == (1, "feature", "open")
    assert {"tfmod/mine", "feature"} < set(lab.branches)


def test_a_branch_of_that_name_with_a_persons_commits_is_left_and_said(lab: BotLab) -> None:
    lab.person.run("checkout", "--quiet", "-b", "own")
    lab.person.write({"own.tf": b"locals {}\n"})
    commit = lab.person.commit("own")
    lab.push(lab.person, f"HEAD:refs/heads/{PINS}")
    ran = lab.run()
    assert ran.code == 3 and "commits that are not the bot's" in ran.out
    assert lab.branches[PINS] == commit and lab.pulls == [(1, BUDGETS, "open")]
