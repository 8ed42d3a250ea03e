"""One commit for each codemod, or one for all, and what their messages say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from refactor.changeset import Changeset, FileChange, with_file
from refactor.codemod import Codemod, Effect, EffectKind, Finding, Fix, Outcome, Place
from refactor.delivery.building import Built, build
from refactor.delivery.commits import CommitPlan, commits_of
from refactor.project.workspace import Workspace
from refactor.reasons import Reason
from refactor.run import RunResult, run
from refactor.services import Services
from refactor.testing import Scripted
from tests.support.git import Repository, isolate
from tests.support.toys import TOY, edit, toy

FILES = {"a.tf": b"# one\n# two\n", "b.tf": b"# bee\n", "run.tf": b"# run\n", "old.tf": b"# old\n"}
FIRST = toy("first", edit("a.tf", 2, 5, b"1"), Fix(create={"new.tf": b"# new\n"}), Fix(move={"run.tf": "sub/run.tf"}))
IDLE = toy("idle")
SECOND = toy(
    "second", edit("a.tf", 6, 9, b"2"), edit("new.tf", 6, 6, b"# more\n"), edit("sub/run.tf", 6, 6, b"# more\n"), Fix(delete=("old.tf",))
)
THIRD = toy("third", Fix(move={"sub/run.tf": "run.tf"}), Fix(create={"old.tf": b"# back\n"}), edit("b.tf", 2, 5, b"B"))


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository.create(tmp_path / "repo", FILES)
    (made.root / "run.tf").chmod(0o755)
    made.commit("mode")
    return made


def ran(repository: Repository, *codemods: Codemod, deep: bool = True) -> RunResult:
    workspace = Workspace.open([repository.root])
    assert isinstance(workspace, Workspace)
    result = run(workspace, codemods, Services(Scripted({})), deep=deep)
    assert {f.outcome for f in result.findings} <= {Outcome.CHANGED}, result.findings
    return result


def built(repository: Repository, plans: list[CommitPlan]) -> Built:
    result = build(repository.root, plans)
    assert isinstance(result, Built), result
    return result


# --- commits


def test_each_commit_is_the_state_after_its_codemod(repository: Repository) -> None:
    result = ran(repository, FIRST, IDLE, SECOND, THIRD)
    assert [step.codemod for step in result.steps] == ["first", "second", "third"]
    plans = commits_of(result, [type(FIRST), type(SECOND), type(THIRD)])
    done = built(repository, plans)
    assert len(done.commits) == 3
    first, second, third = done.commits
    head = repository.text("rev-parse", "HEAD")
    assert [repository.text("rev-parse", f"{commit}^") for commit in done.commits] == [head, first, second]
    names = [repository.text("diff", "--name-status", "--find-renames=50%", f"{c}^", c).split("\n") for c in done.commits]
    assert names == [
        ["M\ta.tf", "A\tnew.tf", "R100\trun.tf\tsub/run.tf"],
        ["M\ta.tf", "M\tnew.tf", "D\told.tf", "M\tsub/run.tf"],
        ["M\tb.tf", "A\told.tf", "R100\tsub/run.tf\trun.tf"],
    ]
    assert repository.run("cat-file", "blob", f"{first}:a.tf") == b"# 1\n# two\n"
    assert repository.run("cat-file", "blob", f"{second}:a.tf") == b"# 1\n# 2\n"
    assert repository.text("ls-tree", first, "sub/run.tf")[:6] == repository.text("ls-tree", third, "run.tf")[:6] == "100755"
    assert repository.text("ls-tree", third, "old.tf")[:6] == "100644"
    assert repository.text("branch", "--list").split() == ["*", "main"]


def test_squashed_it_is_the_same_tree_in_one_commit(repository: Repository) -> None:
    result = ran(repository, FIRST, SECOND, THIRD)
    apart = built(repository, commits_of(result))
    (plan,) = commits_of(result, squash=True)
    one = built(repository, [plan])
    assert (one.tree, len(one.commits)) == (apart.tree, 1)
    assert plan.codemods == ("first", "second", "third")


def test_the_steps_lead_to_the_changeset(repository: Repository) -> None:
    result = ran(repository, FIRST, SECOND, THIRD)
    files: dict[str, bytes | None] = {**FILES}
    for step in result.steps:
        for change in step.changeset:
            assert files.get(change.moved_from or change.path) == change.before
        for change in step.changeset:
            if change.moved_from is not None:
                files[change.moved_from] = None
        files |= {change.path: change.after for change in step.changeset}
    after: dict[str, bytes | None] = {**FILES}
    for change in result.changeset:
        if change.moved_from is not None:
            after[change.moved_from] = None
        after[change.path] = change.after
    assert {p: d for p, d in files.items() if d is not None} == {p: d for p, d in after.items() if d is not None}


def test_a_codemod_that_changes_nothing_in_gits_eyes_has_no_commit(repository: Repository) -> None:
    repository.run("config", "core.autocrlf", "input")
    done = built(repository, commits_of(ran(repository, toy("ends", edit("a.tf", 5, 6, b"\r\n")), toy("b", edit("b.tf", 2, 5, b"B")))))
    assert len(done.commits) == 1
    assert repository.text("show", "--name-only", "--format=%(trailers)", done.commit).split() == ["Tfmod-Codemod:", "b", "b.tf"]


def test_what_is_done_and_undone_is_nothing_to_commit(repository: Repository) -> None:
    result = ran(repository, toy("there", Fix(move={"b.tf": "c.tf"})), toy("back", Fix(move={"c.tf": "b.tf"})))
    assert (result.changeset.changes, len(result.steps)) == ((), 2)
    assert commits_of(result) == []


def test_without_steps_or_changes(repository: Repository) -> None:
    assert commits_of(RunResult((), Changeset())) == []
    shallow = ran(repository, FIRST, deep=False)
    assert shallow.steps == ()
    assert [plan.codemods for plan in commits_of(shallow, [type(FIRST)])] == [("first",)]


@pytest.mark.parametrize(("owners", "at"), [(["second"], 1), (["idle"], 2), (["first", "third"], 0)])
def test_a_file_of_the_run_goes_to_the_codemod_that_it_belongs_to(repository: Repository, owners: list[str], at: int) -> None:
    steps = with_file(ran(repository, FIRST, SECOND, THIRD).steps, FileChange("a.lock", None, b"x"), owners)
    assert [any(c.path == "a.lock" for c in step.changeset) for step in steps] == [number == at for number in range(3)]
    assert with_file((), FileChange("a.lock", None, b"x"), owners) == ()


# --- messages


def finding(
    number: int,
    outcome: Outcome = Outcome.CHANGED,
    *,
    before: str = "nginx",
    after: str = "nginx:1",
    effects: tuple[Effect, ...] = (),
    reason: Reason | None = None,
) -> Finding:
    place = Place(f"stacks/{number}/main.tf", 0, 1, 1, 1)
    one = Finding(place, f"kubernetes_deployment.d{number}", "floating", TOY, outcome, reason, effects=effects, codemod="first")
    return replace(one, before=before, after=after, thing="image") if outcome is Outcome.CHANGED else one


def message(*findings: Finding, codemods: tuple[type[Codemod], ...] = (type(FIRST),), files: int = 1) -> str:
    changes = Changeset(tuple(FileChange(f"{n}.tf", b"", b"x") for n in range(files)))
    (plan,) = commits_of(RunResult(findings, changes), codemods)
    return plan.text()


def test_a_message_says_what_why_how_many_with_what_effect_and_what_was_left() -> None:
    rollout = (Effect(EffectKind.ROLLOUT, "kubernetes_deployment.d1"), Effect(EffectKind.UPDATE, "kubernetes_config_map.c"))
    text = message(
        finding(1, effects=rollout),
        finding(2, effects=(Effect(EffectKind.ROLLOUT, "kubernetes_deployment.d2"),)),
        finding(3, Outcome.FINE),
        finding(4, Outcome.SKIPPED, reason=Reason.COMPUTED),
        finding(5, Outcome.SKIPPED, reason=Reason.COMPUTED),
        finding(6, Outcome.FAILED, reason=Reason.NOT_FOUND),
        replace(finding(7), codemod="other"),
        files=2,
    )
    assert text == (
        "first: 2 images in 2 files\n\n"
        "Because of first, which is said at some length here so that the line has\nto be broken. Source: none.\n\n"
        "- stacks/1/main.tf: nginx -> nginx:1\n"
        "- stacks/2/main.tf: nginx -> nginx:1\n\n"
        "2 changed, 1 already fine, 2 skipped, 1 failed.\n\n"
        "terraform plan will show:\n"
        "- rollout: kubernetes_deployment.d1, kubernetes_deployment.d2\n"
        "- update: kubernetes_config_map.c\n\n"
        "Left as it is:\n"
        "- failed, the registry has no such image (1): stacks/6/main.tf\n"
        "- skipped, the value is known only when Terraform runs (2): stacks/4/main.tf, stacks/5/main.tf\n\n"
        "Tfmod-Codemod: first\n"
    )


def test_a_message_stays_short_enough_to_be_read() -> None:
    many = [finding(n, effects=(Effect(EffectKind.ROLLOUT, f"kubernetes_deployment.d{n}"),), after="x" * 500) for n in range(1000)]
    text = message(*many, *(finding(n, Outcome.SKIPPED, reason=Reason.COMPUTED) for n in range(500)), files=900)
    assert len(text) < 10_000 and max(map(len, text.splitlines())) < 800
    assert "- and 980 more\n" in text
    assert "- stacks/1/main.tf: nginx -> nginx:1 (3 times)\n" in message(*[finding(1)] * 3)
    assert "kubernetes_deployment.d7 and 992 more\n" in text
    assert "(500): stacks/0/main.tf, stacks/1/main.tf, stacks/2/main.tf and 497 more\n" in text


def test_resources_of_one_address_in_two_stacks_are_told_apart() -> None:
    rollout = (Effect(EffectKind.ROLLOUT, "kubernetes_deployment.api"),)
    text = message(finding(1, effects=rollout), finding(2, effects=rollout), finding(2, effects=rollout))
    assert "- rollout: kubernetes_deployment.api in stacks/1, kubernetes_deployment.api in stacks/2\n" in text


def test_a_subject_fits_a_line_also_for_many_codemods() -> None:
    names = [toy(f"a-codemod-with-a-long-name-{n}") for n in range(5)]
    subject = message(finding(1), codemods=tuple(type(c) for c in names), files=3).splitlines()[0]
    assert subject == "tfmod: 5 codemods, 0 changes in 3 files"


@pytest.mark.parametrize("text", ["a\nTfmod-Codemod: forged", "\x1b[31mred", "\0", "\udcff"])
def test_what_stands_in_a_file_cannot_forge_a_message(repository: Repository, text: str) -> None:
    plan = replace(
        commits_of(ran(repository, toy("b", edit("b.tf", 2, 5, b"B"))))[0],
        message=message(finding(1, before=text)).partition("\n\nTfmod")[0],
    )
    done = built(repository, [plan])
    raw = repository.run("cat-file", "commit", done.commit)
    assert repository.text("show", "--no-patch", "--format=%(trailers:key=Tfmod-Codemod,valueonly)", done.commit) == "b"
    assert raw.decode("utf-8").isprintable() or all(c.isprintable() or c == "\n" for c in raw.decode("utf-8"))


def test_trailers_stand_once_and_those_of_a_seal_know_the_tree(repository: Repository) -> None:
    plans = commits_of(ran(repository, FIRST, SECOND))
    result = build(repository.root, plans, sign_off=True, seal=lambda plan, tree: [f"Tfmod-Tree: {tree}", plan.trailers[0]])
    assert isinstance(result, Built)
    for commit, name in zip(result.commits, ("first", "second"), strict=True):
        tree = repository.text("rev-parse", f"{commit}^{{tree}}")
        assert repository.text("show", "--no-patch", "--format=%(trailers)", commit) == (
            f"Tfmod-Codemod: {name}\nTfmod-Tree: {tree}\nSigned-off-by: Ada <ada@example.com>"
        )
