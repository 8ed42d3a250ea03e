"""Codemods whose fixes are written down, for tests of what happens to a run's changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from refactor.codemod import Codemod, Effect, EffectKind, FileEdits, Finding, Fix, Outcome, Place, Rule, Safety
from refactor.edits import Edit
from refactor.project.project import Project
from refactor.services import Services

TOY = Rule("TOY001", "toy", "a toy")


def toy(codemod: str, *fixes: Fix) -> Codemod:
    """A codemod that finds one thing for each fix, and fixes it."""

    class Toy(Codemod):
        name = codemod
        summary = f"do what {codemod} does"
        rationale = f"Because of {codemod}, which is said at some length here so that the line has to be broken. Source: none."
        safety = Safety.SAFE
        rules = (TOY,)

        def detect(self, project: Project) -> Iterable[Finding]:
            for number, fix in enumerate(fixes):
                path = [*(f.path for f in fix.files), *fix.create, *fix.move, *fix.delete][0]
                yield Finding(Place(path, 0, 0, 1, 1), f"local.toy{number}", "a toy", TOY, thing="toy", codemod=codemod, subject=fix)

        def fix(self, project: Project, findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
            for finding in findings:
                assert isinstance(finding.subject, Fix)
                effects = (Effect(EffectKind.UPDATE, finding.address),)
                yield replace(finding, outcome=Outcome.CHANGED, before="old", after="new", fix=finding.subject, effects=effects)

    return Toy()


def edit(path: str, start: int, end: int, text: bytes) -> Fix:
    return Fix((FileEdits(path, (Edit(start, end, text),)),))
