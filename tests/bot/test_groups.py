"""Groups: what belongs together, names that stay, and a branch for each."""

from __future__ import annotations

import pytest

from refactor.bot.groups import Group, asked, branch_of, directory_of, files_of, grouped, kind_of, owners_of, per_codemod
from refactor.bot.settings import GroupBy
from refactor.codemod import FileEdits, Finding, Fix, Outcome, Place
from tests.bot.lab import BotLab, config, deployment


def changed(path: str, *files: str, codemod: str = "pin-images", outcome: Outcome = Outcome.CHANGED) -> Finding:
    fix = Fix(tuple(FileEdits(file, ()) for file in files or (path,)))
    return Finding(Place(path, 0, 1, 1, 1), "a.b", "m", outcome=outcome, fix=fix, codemod=codemod)


def names(groups: list[Group]) -> list[tuple[str, frozenset[str] | None, tuple[str, ...]]]:
    return [(group.name, group.members, group.codemods) for group in groups]


def test_a_group_for_each_codemod_in_their_order_and_once() -> None:
    assert [group.name for group in per_codemod(["b", "a", "b"])] == ["b", "a"]


def test_each_file_s_changes_go_to_its_directory() -> None:
    found = [changed("b/x.tf"), changed("a/x.tf", codemod="add-pdbs"), changed("a/y.tf"), changed("x.tf")]
    assert names(grouped(GroupBy.DIRECTORY, directory_of, found, ["pin-images", "add-pdbs"])) == [
        ("directory:.", frozenset({"."}), ("pin-images",)),
        ("directory:a", frozenset({"a"}), ("pin-images", "add-pdbs")),
        ("directory:b", frozenset({"b"}), ("pin-images",)),
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_fixes_that_touch_several_groups_join_them_under_the_first_name(order: int) -> None:
    found = [changed("c/x.tf", "c/x.tf", "b/x.tf"), changed("b/y.tf", "b/y.tf", "d/x.tf"), changed("a/x.tf"), changed("d/z.tf")][::order]
    assert names(grouped(GroupBy.DIRECTORY, directory_of, found, ["pin-images"])) == [
        ("directory:a", frozenset({"a"}), ("pin-images",)),
        ("directory:b", frozenset({"b", "c", "d"}), ("pin-images",)),
    ]


@pytest.mark.parametrize("outcome", [Outcome.FINE, Outcome.SKIPPED, Outcome.FAILED, Outcome.FOUND])
def test_what_is_not_changed_makes_no_group(outcome: Outcome) -> None:
    assert grouped(GroupBy.DIRECTORY, directory_of, [changed("a/x.tf", outcome=outcome)], ["pin-images"]) == []


def test_files_of_a_fix_are_all_that_it_makes_moves_and_deletes() -> None:
    fix = Fix((FileEdits("e", ()),), {"new": b""}, ("gone",), {"from": "to"})
    finding = Finding(Place("e", 0, 1, 1, 1), "a", "m", fix=fix)
    assert files_of(finding) == ("e", "new", "gone", "from", "to")


def test_a_file_without_an_owner_is_nobodys() -> None:
    assert owners_of(lambda path: ["@a", "@b"] if path == "x" else [])("x") == "@a @b"
    assert owners_of(lambda _: [])("y") == "nobody" == owners_of(None)("y")


def test_a_plain_name_is_its_branch() -> None:
    assert branch_of("tfmod/", "pin-images") == "tfmod/pin-images"
    assert branch_of("bots/x-", "pin-images") == "bots/x-pin-images"


@pytest.mark.parametrize(
    "name",
    ["stack:a/b", "stack:a-b", "stack:A/b", "stack:a", "directory:.", "owner:@org/größe", "owner:@a @b", "stack:" + "x" * 200, "pr:.."],
)
def test_any_name_is_a_branch_that_git_takes(name: str) -> None:
    branch = branch_of("tfmod/", name)
    assert branch == branch_of("tfmod/", name)
    assert len(branch) < 80 and set(branch.removeprefix("tfmod/")) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert "--" not in branch and not branch.endswith("-")


def test_different_names_have_different_branches_that_can_all_be_there() -> None:
    given = [
        "stack:a/b",
        "stack:a-b",
        "stack:a.b",
        "stack:a",
        "directory:a",
        "directory:a/b",
        "owner:@a",
        "owner:a",
        "pr:a",
        "a",
        "stack-a",
    ]
    branches = [branch_of("tfmod/", name) for name in given]
    assert len(set(branches)) == len(given)
    assert not any(one.startswith(f"{other}/") for one in branches for other in branches)


def test_kinds() -> None:
    assert [kind_of(name) for name in ("pin-images", "stack:a", "pr:fix a:b")] == ["codemod", "stack", "pr"]
    assert asked("fix", ["a"], ["b", "a"]).name == "pr:fix a b"


def test_stacks_have_each_their_own_with_a_commit_for_each_codemod(lab: BotLab) -> None:
    done = lab.report("--group-by", "stack")
    assert list(done) == ["stack:stacks/db", "stack:stacks/web"]
    web = done["stack:stacks/web"]
    assert web["title"] == "stacks/web: pin-images, add-pdbs (2 changes in 1 file)"
    assert "postgres" not in web["body"] and "tfmod pin-images --offline --base origin/main stacks/web" in web["body"]
    assert len(lab.bare.text("log", "--format=%s", f"main..{web['branch']}").splitlines()) == 2
    assert lab.bare.text("diff", "--name-only", f"main..{web['branch']}").splitlines() == ["stacks/web/main.tf"]
    assert lab.run("--group-by", "stack").out == ""


def test_the_bot_is_about_the_whole_repository_wherever_it_is_started(lab: BotLab) -> None:
    lab.run(at="stacks/web")
    assert lab.run().out == "" and "postgres" in lab.world.pulls[0].body


def test_a_stack_s_module_is_part_of_it(lab: BotLab) -> None:
    caller = b'module "m" {\n  source = "./m"\n}\n'
    lab.commit({"stacks/web/m/main.tf": deployment("inner", "nginx:latest"), "stacks/web/call.tf": caller})
    done = lab.report("--group-by", "stack")
    assert list(done) == ["stack:stacks/db", "stack:stacks/web"]
    assert done["stack:stacks/web"]["files"] == 2


def test_the_lock_file_of_one_group_has_nothing_of_the_others(lab: BotLab) -> None:
    branch = lab.report("--group-by", "directory")["directory:stacks/db"]["branch"]
    assert "nginx" not in lab.bare.text("diff", f"main..{branch}")


def test_owners_by_codeowners(lab: BotLab) -> None:
    lab.commit({"CODEOWNERS": b"stacks/web/.* @org/web @ada\nnonsense(\n", "tfmod.toml": config(lab.kind, 'group_by = "owner"\n')})
    ran = lab.run()
    assert ran.code == 0 and "a line means nothing: nonsense(" in ran.err
    assert [line.split(":")[0] for line in ran.lines[:2]] == ["opened #1 @ada @org/web", "opened #2 nobody"]


def test_without_codeowners_all_is_one_group_and_that_is_said(lab: BotLab) -> None:
    ran = lab.run("--group-by", "owner")
    assert "has no CODEOWNERS" in ran.err and len(lab.pulls) == 1
