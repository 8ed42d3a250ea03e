"""Which versions a constraint lets in."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.kubernetes.providers import admits, lacks
from refactor.reasons import Reason
from tests.support.workloads import deployment, workloads


@pytest.mark.parametrize(
    ("constraint", "answer"),
    [
        ("2.7", True),
        ("= 2.7.0", True),
        ("2.6.1", False),
        ("~> 2.0", True),
        ("~> 2.6", True),
        ("~> 2.6.0", False),
        ("~> 2.7.0", True),
        ("~> 1.13", False),
        ("~> 2", True),
        (">= 1.10", True),
        (">= 1.10, < 2.0.0", False),
        ("< 2.7", False),
        ("< 2.7.1", True),
        ("<= 2.7", True),
        ("!= 2.8.0", True),
        ("v2.6.1", False),
        ("newest", True),
    ],
)
def test_constraints(constraint: str, answer: bool) -> None:
    assert admits(constraint, (2, 7)) is answer


_OLD = 'terraform {\n required_providers {\n kubernetes = "~> 1.13"\n }\n}\n'
_LOCK = 'provider "registry.terraform.io/hashicorp/kubernetes" {\n version = "2.6.1"\n}\n'
_CALL = 'module "app" {\n source = "../app"\n}\n'


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"app/main.tf": deployment(""), "app/versions.tf": _OLD}, "app/versions.tf:3"),
        ({"app/main.tf": deployment(""), "stack/main.tf": _CALL + _OLD}, "stack/main.tf:6"),
        ({"app/main.tf": deployment(""), "stack/main.tf": _CALL, "stack/.terraform.lock.hcl": _LOCK}, "stack/.terraform.lock.hcl:1"),
    ],
)
def test_the_module_its_callers_and_their_lock_files_count(tmp_path: Path, files: dict[str, str], where: str) -> None:
    found = workloads(tmp_path, files)
    answer = lacks(found.project, found.all[0], (2, 7))
    assert answer is not None and answer.reason is Reason.PROVIDER_VERSION
    assert where in answer.detail


@pytest.mark.parametrize(
    "files",
    [
        {"main.tf": deployment("")},
        {"main.tf": deployment("").replace("kubernetes_deployment", "kubernetes_deployment_v1") + _OLD},
        {"main.tf": deployment(""), "other/main.tf": _OLD, "other/.terraform.lock.hcl": _LOCK},
        {"main.tf": deployment(""), ".terraform.lock.hcl": "broken {"},
        {"main.tf": deployment(""), ".terraform.lock.hcl": _LOCK.replace("hashicorp/kubernetes", "hashicorp/helm")},
    ],
)
def test_nothing_says_that_it_is_too_old(tmp_path: Path, files: dict[str, str]) -> None:
    found = workloads(tmp_path, files)
    assert lacks(found.project, found.all[0], (2, 7)) is None
