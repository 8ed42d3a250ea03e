"""What the pull request says: to a reader, within a forge's limit, and without doing anything to the page around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from codemods.add_pdbs import AddPdbs
from codemods.pin_images import PinImages
from refactor.bot.body import Command, PullText, commands, title_of
from refactor.bot.change import change_digest
from refactor.bot.groups import Group, asked, directory_of
from refactor.bot.work import Proposal
from refactor.changeset import Changeset, FileChange
from refactor.codemod import Codemod, Effect, EffectKind, Finding, Outcome, Place, Rule
from refactor.edits import Change
from refactor.forges.model import length
from refactor.reasons import Reason
from refactor.run import RunResult, SkippedFile

RULE = Rule("IMG001", "floating-image", "a tag that its publisher moves")
COMMAND = Command("origin", "main")


def finding(path: str, address: str, kind: EffectKind = EffectKind.ROLLOUT) -> Finding:
    """An image that is pinned."""
    return Finding(
        Place(path, 0, 1, 7, 1),
        address,
        "m",
        RULE,
        Outcome.CHANGED,
        before="nginx",
        after="nginx:1",
        codemod="pin-images",
        thing="image",
        effects=(Effect(kind, address),),
    )


def left(path: str, outcome: Outcome, reason: Reason, detail: str = "") -> Finding:
    return replace(finding(path, "a.b"), outcome=outcome, reason=reason, detail=detail, after=None, effects=())


def proposal(
    *findings: Finding,
    values: Mapping[str, tuple[Change, ...]] | None = None,
    kinds: tuple[type[Codemod], ...] = (PinImages,),
    group: Group | None = None,
    skipped: tuple[SkippedFile, ...] = (),
) -> Proposal:
    paths = sorted({f.place.path for f in findings if f.outcome is Outcome.CHANGED})
    changes = tuple(FileChange(path, b"a", b"b") for path in paths)
    differences = tuple((values or {path: (Change(f"{path} / image", "nginx", "nginx:1"),) for path in paths}).items())
    result = RunResult(findings, Changeset(changes), skipped, differences)
    return Proposal(group or Group("pin-images", "pin-images", ("pin-images",)), result, kinds)


def body(of: Proposal, limit: int = 0, previous: int | None = None) -> str:
    return PullText(of, directory_of, COMMAND).body(limit, previous)


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]


TWO = (finding("web/main.tf", "d.web"), finding("db/main.tf", "d.db", EffectKind.REPLACE))


def test_stacks_with_their_effects_and_a_sum() -> None:
    assert rows(body(proposal(*TWO)))[:5] == [
        ["Stack", "replace", "rollout", "Changes"],
        ["---", "---:", "---:", "---:"],
        ["`db`", "1", "", "1"],
        ["`web`", "", "1", "1"],
        ["**2 stacks**", "**1**", "**1**", "**2**"],
    ]


@pytest.mark.parametrize("kind", list(EffectKind))
def test_each_effect_has_its_word_and_its_meaning(kind: EffectKind) -> None:
    text = body(proposal(finding("web/main.tf", "d.web", kind)))
    assert rows(text)[0] == ["Stack", kind.value, "Changes"]
    assert f"- **{kind.value}**: 1 resource " in text


def test_what_is_replaced_or_destroyed_is_named() -> None:
    text = body(proposal(*TWO, finding("x.tf", "d.x", EffectKind.DESTROY)))
    assert "- **destroy**: `d.x` in `x.tf`\n- **replace**: `d.db` in `db/main.tf`" in text
    assert "**replace**: `" not in body(proposal(TWO[0]))


def test_the_same_address_in_two_stacks_is_two_resources() -> None:
    text = body(proposal(finding("a/x.tf", "d.x"), finding("b/x.tf", "d.x"), finding("b/x.tf", "d.x")))
    assert "**rollout**: 2 resources" in text


def test_values_before_and_after() -> None:
    values = {
        "web/main.tf": (Change("d.web / image", "nginx", "nginx:1"), Change("d.web / new", None, "1"), Change("d.web / old", "2", None))
    }
    text = body(proposal(TWO[0], values=values))
    assert "- `d.web / image`<br>`nginx` → `nginx:1`" in text
    assert "- `d.web / new`<br>new: `1`" in text and "- `d.web / old`<br>goes: `2`" in text


def test_coverage_before_and_after() -> None:
    fine = replace(finding("x.tf", "d.x"), outcome=Outcome.FINE, rule=None, after=None, effects=())
    assert ["images", "3", "1 (33%)", "3 (100%)"] in rows(body(proposal(*TWO, fine)))


def test_what_was_left_and_why() -> None:
    skip = left("a.tf", Outcome.SKIPPED, Reason.SHARED, "b_c reads it @too")
    fail = left("b.tf", Outcome.FAILED, Reason.RATE_LIMITED)
    file = SkippedFile("c.tf", Reason.ENCRYPTED, "")
    text = body(proposal(*TWO, skip, fail, skip, skipped=(file,)))
    assert "### Left as it is (4)" in text
    assert text.index("rate limit is used up (failed, 1)") < text.index("One literal serves")
    assert "(skipped, 2)" in text and "- `a.tf:7` `nginx`: b\\_c reads it @&#8203;too (read in 2 places)" in text
    assert "The file is encrypted (skipped, 1)" in text


def test_nothing_left_has_no_section() -> None:
    assert "Left as it is" not in body(proposal(*TWO))


def test_an_earlier_one_is_named() -> None:
    assert "#7" in body(proposal(*TWO), previous=7) and "#" not in body(proposal(*TWO)).replace("###", "").replace("# tfmod", "")


def test_how_to_see_it_and_how_not_to_have_it() -> None:
    text = body(proposal(*TWO))
    assert "git fetch origin main\ntfmod pin-images --base origin/main\n" in text
    assert "# tfmod:ignore[pin-images] why" in text and 'exclude = ["db/**"]' in text and "close this pull request" in text


def test_commands_are_quoted_for_a_shell() -> None:
    group = Group("directory:a b", "a b", ("pin-images",), frozenset({"a b"}))
    found = commands(proposal(finding("a b/x.tf", "d"), group=group), Command("origin", "ma'in", "", ["--mirror=a=b c"]))
    assert found == ["""git fetch origin 'ma'"'"'in'""", """tfmod pin-images '--mirror=a=b c' --base 'origin/ma'"'"'in' 'a b'"""]


def test_a_recipe_is_one_command_and_codemods_are_each_their_own() -> None:
    both = proposal(*TWO, kinds=(PinImages, AddPdbs))
    assert commands(both, Command("origin", "main", "harden"))[1:] == ["tfmod fix --recipe harden --base origin/main"]
    assert commands(both, COMMAND)[1:] == ["tfmod pin-images --base origin/main", "tfmod add-pdbs --base origin/main"]


def test_titles() -> None:
    assert title_of(proposal(*TWO)) == "pin-images: 2 images in 2 files"
    assert title_of(proposal(*TWO, group=asked("pin-images", ["pin-images"]))) == "pin-images: 2 images in 2 files"
    stack = Group("stack:web", "web", ("pin-images", "add-pdbs"), frozenset({"web"}))
    assert title_of(proposal(TWO[0], group=stack, kinds=(PinImages, AddPdbs))) == "web: pin-images, add-pdbs (1 image in 1 file)"
    assert "\n" not in title_of(proposal(TWO[0], group=Group("stack:a\nb", "a\nb", (), frozenset())))


MANY = [finding(f"stack{n}/main.tf", f"d.web{n}") for n in range(300)]
MANY += [left(f"left{n}/main.tf", Outcome.SKIPPED, Reason.SHARED, "x" * 150) for n in range(400)]


@pytest.mark.parametrize("limit", [65_536, 12_000, 1_000])
def test_it_fits_and_every_section_that_was_opened_is_closed(limit: int) -> None:
    text = body(proposal(*MANY), limit)
    assert length(text) <= limit
    assert text.count("<details") == text.count("</details>")
    assert text.startswith("**300 images in 300 files**") and "### What" in text


def test_what_does_not_fit_is_counted() -> None:
    text = body(proposal(*MANY), 65_536)
    assert "and 150 more: the files of this pull request show them" in text or "more: the files" in text
    assert "- and " in text and "### How to" in text


def test_signs_outside_of_the_basic_plane_count_twice() -> None:
    values = {"a.tf": tuple(Change(f"d.x{n} / v", None, "😀" * 100) for n in range(300))}
    assert length(body(proposal(finding("a.tf", "d"), values=values), 20_000)) <= 20_000


def test_values_can_do_nothing_to_the_page() -> None:
    evil = "`</details><script>alert(1)</script> @everyone #1 | [x](http://x) \n### y"
    values = {"a.tf": (Change(evil, evil, evil),)}
    text = body(
        proposal(replace(finding("a.tf", evil), before=evil, notes=(evil,)), left("b.tf", Outcome.FAILED, Reason.GATE, evil), values=values)
    )
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert "<script" not in shown and "<h3>y" not in shown
    assert shown.count("<details") == shown.count("</details>")
    assert "<a " not in shown


def test_lines_that_move_and_coverage_are_no_new_text() -> None:
    one = PullText(proposal(*TWO), directory_of, COMMAND)
    moved = [replace(f, place=Place(f.place.path, 90, 91, 70, 1)) for f in TWO]
    other = PullText(proposal(*moved, left("z.tf", Outcome.SKIPPED, Reason.SHARED)), directory_of, COMMAND)
    assert one.digest == other.digest and one.body(0, None) != other.body(0, None)


def test_another_value_is_a_new_text_and_another_change() -> None:
    changed = proposal(*TWO, values={"web/main.tf": (Change("d.web / image", "nginx", "nginx:2"),), "db/main.tf": ()})
    assert PullText(proposal(*TWO), directory_of, COMMAND).digest != PullText(changed, directory_of, COMMAND).digest
    assert change_digest(proposal(*TWO).result) != change_digest(changed.result)


def result(*changes: FileChange, values: Mapping[str, tuple[Change, ...]] | None = None) -> RunResult:
    return RunResult((), Changeset(changes), (), tuple((values or {}).items()))


VALUE = {"a.tf": (Change("d / image", "x", "y"),)}


def test_a_change_is_the_same_wherever_its_lines_are_and_whatever_the_lock_file_says() -> None:
    one = result(FileChange("a.tf", b"x", b"y"), values=VALUE)
    other = result(FileChange("a.tf", b"\nx", b"\ny"), FileChange("tfmod.lock", b"1", b"2"), values=VALUE)
    assert change_digest(one) == change_digest(other)


@pytest.mark.parametrize(
    "other",
    [
        result(FileChange("b.tf", b"x", b"y"), values={"b.tf": VALUE["a.tf"]}),
        result(FileChange("a.tf", b"x", b"y"), values={"a.tf": (Change("d / image", "x", "z"),)}),
        result(FileChange("a.tf", b"x", b"y"), values={"a.tf": (Change("d / image", None, "y"),)}),
        result(FileChange("a.tf", b"x", b"y"), values={"a.tf": (Change("e / image", "x", "y"),)}),
        result(FileChange("a.tf", b"x", None), values={}),
        result(FileChange("a.tf", b"x", b"y", "c.tf"), values=VALUE),
        result(FileChange("a.tf", b"x", b"y"), values={}),
    ],
)
def test_a_change_differs(other: RunResult) -> None:
    assert change_digest(result(FileChange("a.tf", b"x", b"y"), values=VALUE)) != change_digest(other)


def test_a_file_whose_values_cannot_be_read_counts_with_its_content() -> None:
    assert change_digest(result(FileChange("a.yaml", b"x", b"y"))) != change_digest(result(FileChange("a.yaml", b"x", b"z")))
