"""The text of the comment: what it says, that it fits, and that values in it stay values."""

from __future__ import annotations

import pytest

from refactor.codemod import Effect, EffectKind, Finding, Outcome, Place, Rule, Severity
from refactor.delivery.concerns import concerns
from refactor.forges.model import length
from refactor.reasons import Reason
from refactor.review.comment import Reviewed, comment
from refactor.review.compare import Comparison
from refactor.run import SkippedFile

RULE = Rule("IMG001", "floating-image", "x", Severity.ERROR)


def finding(
    image: str = "nginx:latest",
    number: int = 1,
    outcome: Outcome = Outcome.FOUND,
    after: str | None = None,
    reason: Reason | None = None,
    effects: tuple[Effect, ...] = (),
) -> Finding:
    place = Place("web/main.tf", number, number + 1, number, 1)
    return Finding(
        place,
        f"x.y{number}",
        f"{image}: moves",
        rule=RULE,
        outcome=outcome,
        reason=reason,
        before=image,
        after=after,
        effects=effects,
        codemod="pin-images",
    )


def reviewed(*new: Finding, resolved: tuple[Finding, ...] = (), fixed: tuple[Finding, ...] = (), diff: bytes = b"") -> Reviewed:
    found = Comparison(tuple(concerns(new)), tuple(concerns(resolved)), 0)
    return Reviewed(found, "origin/main", "0123456789abcdef", 3, fixed, diff)


def test_a_row_for_each_new_finding() -> None:
    text = comment(reviewed(finding(), finding("redis", 2)), 0)
    assert text.startswith("### tfmod review: 2 new findings\n")
    assert "| `IMG001` error | `web/main.tf:1` | `nginx:latest`: moves<br>Fix: `tfmod pin-images` |" in text
    assert "compared with `origin/main` (`0123456789`), in 3 changed files" in text
    assert "`# tfmod:ignore[IMG001] reason`" in text


def test_what_a_fix_would_make_of_it_and_what_plan_shows() -> None:
    done = finding(outcome=Outcome.CHANGED, after="nginx:1.27.3", effects=(Effect(EffectKind.ROLLOUT, "x.y1"),))
    text = comment(reviewed(finding(), fixed=(done,), diff=b"-a\n+b\n"), 0)
    assert "<br>Fix: `nginx:1.27.3` (rollout) |" in text
    assert "```diff\n-a\n+b\n```" in text


@pytest.mark.parametrize(
    ("reason", "shown"),
    [(Reason.OFFLINE, "<br>Fix: `tfmod pin-images` |"), (Reason.NOT_FOUND, "<br>Fix failed: the registry has no such image |")],
)
def test_why_there_is_no_fix_unless_nobody_was_asked(reason: Reason, shown: str) -> None:
    assert shown in comment(reviewed(finding(), fixed=(finding(outcome=Outcome.FAILED, reason=reason),)), 0)


def test_nothing_new_says_so_and_what_is_resolved() -> None:
    text = comment(reviewed(resolved=(finding(),)), 0)
    assert text.startswith("### tfmod review: nothing new\n")
    assert "introduces no finding, and resolves 1" in text
    assert "<summary>Resolved (1)</summary>" in text and "tfmod:ignore" not in text


def test_files_that_cannot_be_read_are_named() -> None:
    found = Comparison((), (), 0, (SkippedFile("a.tf", Reason.UNPARSABLE, "line 3"),))
    assert "- `a.tf`: the file does not parse (line 3)" in comment(Reviewed(found, "main", "0" * 40, 1), 0)


def test_values_are_no_markup() -> None:
    text = comment(reviewed(finding("a|b`c<script>@ada\n#1")), 0)
    assert "<script>" not in text.replace("``a\\|b`c<script>@ada #1``", "")
    assert len([line for line in text.splitlines() if line.startswith("| `IMG001`")]) == 1


@pytest.mark.parametrize("limit", [0, 1_000, 5_000, 65_536])
def test_it_fits(limit: int) -> None:
    many = [finding(f"registry.example/🐳/{n}:latest", n) for n in range(1, 900)]
    text = comment(reviewed(*many, diff=b"+ line\n" * 20_000), limit)
    assert length(text) <= (limit or 60_000)
    assert "899 new findings" in text and "shows it" in text and "more: `tfmod review`" in text


def test_the_diff_goes_before_a_row_does() -> None:
    text = comment(reviewed(finding(), diff=b"+ line\n" * 20_000), 65_536)
    assert "`nginx:latest`" in text and "too long for a comment" in text
