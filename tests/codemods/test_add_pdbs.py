"""What the options of add-pdbs refuse, and that everything that was looked at is counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from codemods.add_pdbs import AddPdbs
from refactor.codemod import Finding
from tests.support.values import project
from tests.support.workloads import deployment

_CONTAINER = 'container {\n name = "app"\n image = "nginx:1.27"\n}'


def _found(root: Path, files: dict[str, str], **options: object) -> list[Finding]:
    return list(AddPdbs(**options).detect(project(root, files)))


@pytest.mark.parametrize("option", ["two_replicas", "more_replicas"])
@pytest.mark.parametrize("value", ["1", "max_unavailable=0", "max_unavailable=0%", "min_available=100%", "min_available=some"])
def test_a_budget_for_all_that_blocks_every_drain_or_is_none_is_wrong_usage(option: str, value: str) -> None:
    with pytest.raises(ValueError):
        AddPdbs(**{option: value})


def test_a_number_that_two_replicas_cannot_lose_is_wrong_usage() -> None:
    with pytest.raises(ValueError, match="block every drain"):
        AddPdbs(two_replicas="min_available=2")


def test_every_workload_and_every_chart_is_counted_once(tmp_path: Path) -> None:
    files = {
        "main.tf": deployment(_CONTAINER, spec="replicas = 2")
        + deployment(_CONTAINER, name="web")
        + deployment(_CONTAINER, name="node").replace("kubernetes_deployment", "kubernetes_daemonset"),
        "charts.tf": "".join(f'resource "helm_release" "{n}" {{\n name = "{n}"\n chart = "{n}"\n}}\n' for n in ("a", "b")),
    }
    found = Counter((f.thing, f.outcome.value, f.rule.code if f.rule else "") for f in _found(tmp_path, files))
    assert found == {
        ("workload", "found", "PDB001"): 1,
        ("workload", "found", "PDB002"): 1,
        ("workload", "already fine", ""): 1,
        ("chart", "skipped", ""): 2,
    }
