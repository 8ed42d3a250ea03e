"""What the text report says that plan will show."""

from __future__ import annotations

from refactor.codemod import Effect, EffectKind, Finding, Outcome, Place
from refactor.delivery.text_report import Paint, audit_report, fix_report
from tests.support.reports import found, report

ROLLOUT = (Effect(EffectKind.ROLLOUT, "kubernetes_deployment.web"),)


def _changed(path: str, read_at: str = "") -> Finding:
    where = Place(path, 0, 1, 1, 1)
    return found(place=where, read_at=Place(read_at, 0, 1, 1, 1) if read_at else None, outcome=Outcome.CHANGED, effects=ROLLOUT)


def _plan(*findings: Finding) -> str:
    lines = fix_report(report(findings).result, Paint(), verbose=False, next_step="")
    return next(line for line in lines if line.startswith("plan will show"))


def test_two_stacks_with_a_resource_of_one_address_have_two_of_it() -> None:
    assert _plan(_changed("a/main.tf"), _changed("b/main.tf")) == "plan will show: 2 x rollout"


def test_two_changes_of_one_resource_are_one_rollout() -> None:
    assert _plan(_changed("a/main.tf"), _changed("a/main.tf")) == "plan will show: 1 x rollout"


def test_a_resource_is_where_a_value_is_read_not_where_it_is_written() -> None:
    assert _plan(_changed("a/main.tf", "m/main.tf"), _changed("b/main.tf", "m/main.tf")) == "plan will show: 1 x rollout"


def _next(*codemods: str) -> str:
    return list(audit_report(report([found(codemod=name) for name in codemods]).result, Paint(), verbose=False))[-1]


def test_what_to_run_next_is_one_sentence_for_one_codemod_and_for_several() -> None:
    assert _next("odd") == "next: `tfmod odd` shows what it would change"
    assert _next("odd", "even") == "next: `tfmod even` and `tfmod odd` show what each would change; `tfmod fix` shows it all together"
    assert _next("a", "b", "c").startswith("next: `tfmod a`, `tfmod b` and `tfmod c` show what each would change; ")


def test_what_no_codemod_resolves_has_no_next_step() -> None:
    assert "next" not in _next("tfmod")
