"""Whose commits are on a branch, where little of the history is there."""

from __future__ import annotations

from pathlib import Path

from refactor.bot.look import branch_state, lost_places
from refactor.delivery.plumbing import plumbing
from refactor.delivery.repository import GitRepository
from tests.bot.lab import BotLab, config, deployment, lock
from tests.bot.test_life import OPEN, PINS
from tests.support.git import Repository


def test_a_shallow_clone_knows_its_own_branch_of_an_older_base(lab: BotLab) -> None:
    """As CI jobs have it: one commit, and the branch stands on one that is not there."""
    lab.run()
    for number in range(3):
        lab.commit({"README.md": f"{number}\n".encode()})
    desk = lab.clone("shallow", "--depth=1")
    assert lab.run(desk=desk).out == ""
    lab.commit({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    assert "updated #1" in lab.run(desk=desk).out
    assert (desk.root / ".git" / "shallow").exists()


def test_a_shallow_clone_of_one_branch_makes_them(lab: BotLab) -> None:
    assert lab.run(desk=lab.clone("shallow", "--depth=1", "--single-branch")).code == 0
    assert lab.pulls == OPEN


def test_a_bare_clone_makes_them(lab: BotLab) -> None:
    desk = lab.clone("bare", "--bare")
    lab.desk = desk
    (desk.root / "tfmod.toml").write_bytes(config(lab.kind))
    ran = lab.run("--config", str(desk.root / "tfmod.toml"))
    assert ran.code == 0, ran.err
    assert lab.pulls == OPEN


def test_a_base_that_was_rewritten_leaves_the_branch_the_bot_s(lab: BotLab) -> None:
    lab.run()
    lab.person.run("checkout", "--quiet", "--orphan", "anew")
    lab.person.write({"tfmod.lock": lock(nginx="1.28.0", postgres="17.2")})
    lab.person.commit("history is rewritten")
    lab.push(lab.person, "HEAD:refs/heads/main", "--force")
    assert "updated #1" in lab.run().out


def test_a_base_that_conflicts_is_recomputed_even_if_the_result_is_the_same(lab: BotLab) -> None:
    """The base goes from ``nginx:latest`` to ``nginx``: the pinned line is the same as before, but could not be merged."""
    lab.commit({"tfmod.lock": lock(nginx="1.27.3", postgres="17.2")})
    lab.run()
    old = lab.show(f"{PINS}:stacks/web/main.tf")
    lab.commit({"stacks/web/main.tf": deployment("web", "nginx", 2)})
    assert "updated #1" in lab.run().out
    assert lab.show(f"{PINS}:stacks/web/main.tf") == old
    assert lab.bare.text("rev-parse", f"{PINS}^") == lab.bare.text("rev-parse", "main")


def state(repository: Repository, head: str, group: str = "pin-images") -> tuple[bool, bool]:
    """Whether the branch is ours, and whether it has content."""
    with plumbing(GitRepository(repository.root if (repository.root / "HEAD").exists() else repository.root / ".git", None)) as git:
        found = branch_state(git, head, repository.text("rev-parse", "main"), group)
    return found.state.ours, bool(found.state.content)


def test_the_bots_branch_is_its_own_and_no_other_group_s(lab: BotLab) -> None:
    lab.run()
    assert state(lab.bare, lab.branches[PINS]) == (True, True)
    assert state(lab.bare, lab.branches[PINS], "add-pdbs") == (False, False)
    assert state(lab.bare, lab.bare.text("rev-parse", "main")) == (False, False)


def test_a_commit_of_a_person_under_the_bots_is_a_persons(lab: BotLab) -> None:
    """A rebase onto somebody's commit: the trailers are all there, but the bot's commit stands elsewhere."""
    lab.run()
    head = lab.branches[PINS]
    tree, message = lab.bare.text("rev-parse", f"{head}^{{tree}}"), lab.bare.text("show", "-s", "--format=%B", head)
    below = lab.bare.text("commit-tree", "main^{tree}", "-p", "main", "-m", "a person's")
    moved = lab.bare.run("commit-tree", tree, "-p", below, data=message.encode()).decode().strip()
    assert state(lab.bare, moved) == (False, False)


def test_a_merge_that_a_person_edited_is_a_persons(lab: BotLab) -> None:
    lab.run()
    head = lab.branches[PINS]
    lab.commit({"README.md": b"#\n"})
    edited = lab.bare.text("commit-tree", "main^{tree}", "-p", head, "-p", "main", "-m", "Merge branch 'main'")
    assert state(lab.bare, edited) == (False, False)


def test_a_merge_of_what_is_not_in_the_base_is_a_persons(lab: BotLab) -> None:
    lab.run()
    head = lab.branches[PINS]
    other = lab.bare.text("commit-tree", f"{head}^{{tree}}", "-p", "main", "-m", "a person's")
    merged = lab.bare.text("commit-tree", f"{head}^{{tree}}", "-p", head, "-p", other, "-m", "merged")
    assert state(lab.bare, merged) == (False, False)


def test_places_that_a_branch_has_replaced(tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "r", {"a.tf": b"nginx nginx other", "b.tf": b"redis"})
    base = repository.text("rev-parse", "HEAD")
    repository.write({"a.tf": b"nginx pinned other"})
    head = repository.commit()
    with plumbing(GitRepository(repository.root / ".git", repository.root)) as git:
        given = [("a.tf", "nginx"), ("a.tf", "other"), ("a.tf", ""), ("a.tf", "elsewhere"), ("b.tf", "redis"), ("c.tf", "x")]
        assert lost_places(git, head, base, given) == [("a.tf", "nginx"), ("a.tf", ""), ("a.tf", "elsewhere")]
