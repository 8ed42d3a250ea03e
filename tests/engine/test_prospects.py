"""What codemods would do about the findings of an audit: each finding stays there once, and nobody is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from refactor.codemod import Codemod, Effect, EffectKind, FileEdits, Finding, Fix, Outcome, Place, Rule, Safety
from refactor.edits import Change, Edit
from refactor.project.project import Project
from refactor.prospects import prospects
from refactor.reasons import Reason
from refactor.registry.reference import Reference
from refactor.services import Services
from tests.support.workspaces import opened, put

TEXT = b'locals {\n  a = "1"\n  b = "2"\n  c = "3"\n}\n'
ODD = Rule("ODD001", "odd", "odd")
CHANGE = Change("local.a", "1", "9")
EFFECT = Effect(EffectKind.NONE, "local.x")

Fixing = Callable[[Sequence[Finding], Services], Iterable[Finding]]


def codemod(fixing: Fixing, name: str = "odd", places: str = "abc") -> Codemod:
    class Toy(Codemod):
        summary = rationale = "toy"
        safety = Safety.SAFE
        rules = (ODD,)

        def detect(self, project: Project) -> Iterable[Finding]:
            for letter in places:
                text = project.read("main.tf") or b""
                start = text.index(f"  {letter} =".encode()) + 6
                line = text[:start].count(b"\n") + 1
                yield Finding(Place("main.tf", start, start + 3, line, 7), "local.x", letter, ODD, codemod=name, thing="local")

        def fix(self, project: Project, findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
            return fixing(findings, services)

    Toy.name = name
    return Toy()


def changed(finding: Finding) -> Finding:
    edit = Edit(finding.place.start + 1, finding.place.start + 2, b"9")
    return replace(finding, outcome=Outcome.CHANGED, after="9", effects=(EFFECT,), fix=Fix((FileEdits("main.tf", (edit,), (CHANGE,)),)))


def outcomes(root: Path, *codemods: Codemod, text: bytes = TEXT) -> list[tuple[str, str, Outcome, Reason | None]]:
    put(root, {"main.tf": text})
    result, _ = prospects(opened(root), codemods)
    assert (root / "main.tf").read_bytes() == text
    assert not result.changeset.changes
    assert all(f.fix is None for f in result.findings)
    return [(f.codemod, f.message, f.outcome, f.reason) for f in result.findings]


def test_each_finding_has_the_outcome_that_its_codemod_gives_it(tmp_path: Path) -> None:
    def fixing(findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        yield replace(findings[1], outcome=Outcome.SKIPPED, reason=Reason.AMBIGUOUS, message="another one")
        yield changed(findings[0])

    assert outcomes(tmp_path, codemod(fixing), text=TEXT.replace(b'"2"', b'"2" # tfmod:ignore[odd] toy')) == [
        ("odd", "a", Outcome.CHANGED, None),
        ("odd", "b", Outcome.SKIPPED, Reason.SUPPRESSED),
        ("odd", "c", Outcome.SKIPPED, Reason.AMBIGUOUS),
    ]


def test_what_a_codemod_says_nothing_of_or_calls_fine_stays_found(tmp_path: Path) -> None:
    def fixing(findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        return [replace(findings[0], outcome=Outcome.FINE, rule=None)]

    assert [outcome for *_, outcome, _ in outcomes(tmp_path, codemod(fixing, places="ac"))] == [Outcome.FOUND, Outcome.FOUND]


def test_findings_of_one_place_are_told_apart_by_their_number(tmp_path: Path) -> None:
    def fixing(findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        return [changed(findings[0]), replace(findings[1], outcome=Outcome.SKIPPED, reason=Reason.SHARED)]

    assert [outcome for *_, outcome, _ in outcomes(tmp_path, codemod(fixing, places="aa"))] == [Outcome.CHANGED, Outcome.SKIPPED]


def test_each_codemod_is_tried_on_the_code_as_it_is(tmp_path: Path) -> None:
    """Composed, the second would stand in the way of the first."""
    first, second = (codemod(lambda found, _: map(changed, found), name, "a") for name in ("odd", "other"))
    assert [(name, outcome) for name, _, outcome, _ in outcomes(tmp_path, first, second)] == [
        ("odd", Outcome.CHANGED),
        ("other", Outcome.CHANGED),
    ]


def test_a_change_that_fails_verification_is_a_failure(tmp_path: Path) -> None:
    def fixing(findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        edit = Edit(findings[0].place.start, findings[0].place.start, b"{")
        return [replace(findings[0], outcome=Outcome.CHANGED, fix=Fix((FileEdits("main.tf", (edit,)),)))]

    assert outcomes(tmp_path, codemod(fixing, places="a")) == [("odd", "a", Outcome.FAILED, Reason.GATE)]


def test_it_is_told_which_codemods_would_look_something_up(tmp_path: Path) -> None:
    def asking(findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        reference = Reference.parse("nginx:latest")
        assert set(services.images.pin([reference])) == {reference}
        assert services.usage is None
        return findings

    def asking_for_nothing(findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        services.images.pin([])
        return findings

    put(tmp_path, {"main.tf": TEXT})
    _, names = prospects(opened(tmp_path), [codemod(asking), codemod(asking_for_nothing, "other")])
    assert names == {"odd"}
