"""Which modules a change may concern."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from refactor.project.project import Project
from refactor.project.workspace import Workspace
from refactor.review.scope import files_in, touched

CALL = 'module "x" {{\n  source = "{}"\n}}\n'
FILES: Mapping[str, str] = {
    "a/main.tf": CALL.format("../modules/one"),
    "b/main.tf": CALL.format("../modules/two"),
    "c/main.tf": 'locals { x = file("${path.module}/../shared/x.yaml") }\n',
    "c/charts/deep/values.yaml": "a: 1\n",
    "d/main.tf": "",
    "d/prod.tfvars": 'x = "y"\n',
    "modules/one/main.tf": CALL.format("../base"),
    "modules/two/main.tf": "",
    "modules/base/main.tf": "",
    "shared/x.yaml": "a: 1\n",
    "live/terragrunt.hcl": "",
    "live/prod/terragrunt.hcl": 'include "root" { path = find_in_parent_folders() }\nterraform { source = "../../modules//two" }\n',
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    workspace = Workspace.open([tmp_path])
    assert isinstance(workspace, Workspace)
    return Project(workspace)


@pytest.mark.parametrize(
    ("path", "directories"),
    [
        ("a/main.tf", {"a", "modules/one", "modules/base"}),
        ("modules/one/main.tf", {"a", "modules/one", "modules/base"}),
        ("modules/base/main.tf", {"a", "modules/one", "modules/base"}),
        ("modules/one/new.tf", {"a", "modules/one", "modules/base"}),
        ("c/main.tf", {"c"}),
        ("c/charts/deep/values.yaml", {"c"}),
        ("shared/x.yaml", {"c", "shared"}),
        ("d/prod.tfvars", {"d"}),
        ("README.md", {""}),
        ("elsewhere/notes.txt", {"elsewhere"}),
    ],
)
def test_callers_and_called_both_ways_and_no_others(project: Project, path: str, directories: set[str]) -> None:
    assert touched(project, [path]) == directories


def test_a_terragrunt_file_concerns_what_may_include_it(project: Project) -> None:
    assert {"live", "live/prod"} <= touched(project, ["live/terragrunt.hcl"])
    assert "a" not in touched(project, ["live/terragrunt.hcl"])


def test_a_module_concerns_the_unit_that_applies_it(project: Project) -> None:
    found = touched(project, ["modules/two/main.tf"])
    assert {"b", "live/prod"} <= found
    assert "a" not in found


def test_nothing_changed_concerns_nothing(project: Project) -> None:
    assert touched(project, []) == set()
    assert files_in(project, []) == set()


def test_files_below_a_module_that_are_no_modules_are_its_own(project: Project) -> None:
    assert files_in(project, ["c"]) == {"c/main.tf", "c/charts/deep/values.yaml"}
    assert files_in(project, ["modules/one"]) == {"modules/one/main.tf"}
