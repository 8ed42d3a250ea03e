"""Whose finding it is, where a codemod of somebody's own does not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from refactor.codemod import Codemod, Finding, Fix, Outcome, Place, Safety
from refactor.project.project import Project
from refactor.project.workspace import Workspace
from refactor.reasons import Reason
from refactor.run import audit, run
from refactor.services import Services
from refactor.testing import Scripted
from tests.support.toys import TOY, edit


class Nameless(Codemod):
    """Its findings do not say that they are its own; those about ``other`` say that they are another's."""

    name = "nameless"
    summary = "change the first comment"
    rationale = "None."
    safety = Safety.SAFE
    rules = (TOY,)

    def detect(self, project: Project) -> Iterable[Finding]:
        yield Finding(Place("main.tf", 2, 5, 1, 3), "local.a", "a toy", TOY, thing="toy", subject=edit("main.tf", 2, 5, b"1"))
        yield Finding(Place("main.tf", 6, 9, 2, 3), "local.b", "a toy", outcome=Outcome.FINE, thing="toy", codemod="other")

    def fix(self, project: Project, findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        for finding in findings:
            assert isinstance(finding.subject, Fix)
            yield replace(finding, outcome=Outcome.CHANGED, fix=finding.subject, codemod="")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "main.tf").write_text("# one\n# two\n")
    opened = Workspace.open([tmp_path])
    assert isinstance(opened, Workspace)
    return opened


def test_a_finding_that_names_no_codemod_is_of_the_one_that_found_it(workspace: Workspace) -> None:
    assert {f.address: f.codemod for f in audit(workspace, [Nameless()]).findings} == {"local.a": "nameless", "local.b": "other"}


def test_a_change_that_names_no_codemod_is_of_the_one_that_made_it(workspace: Workspace) -> None:
    result = run(workspace, [Nameless()], Services(Scripted({})))
    assert [(f.codemod, f.outcome) for f in result.findings if f.outcome is Outcome.CHANGED] == [("nameless", Outcome.CHANGED)]


def test_a_comment_that_names_the_codemod_suppresses_what_it_found(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("locals {} # tfmod:ignore[nameless] because\n")
    opened = Workspace.open([tmp_path])
    assert isinstance(opened, Workspace)
    assert Reason.SUPPRESSED in {f.reason for f in audit(opened, [Nameless()]).findings}
