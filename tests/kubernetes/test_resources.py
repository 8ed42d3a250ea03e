"""Amounts of CPU and memory that containers have, and edits that set others: forms that the golden cases of set-resources do not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.edits import apply
from refactor.kubernetes.resource_edits import set_amounts
from refactor.kubernetes.resources import CELLS, CPU, LIMITS, MEMORY, REQUESTS, Declared, declared
from refactor.kubernetes.writing import NotWritable
from refactor.project.values import Unknown
from refactor.reasons import Reason
from tests.support.workloads import deployment, workloads

ALL = {(REQUESTS, CPU): "10m", (REQUESTS, MEMORY): "64Mi", (LIMITS, CPU): "1", (LIMITS, MEMORY): "128Mi"}


def held(root: Path, resources: str, more: str = "") -> Declared | Unknown:
    text = deployment(f'container {{\n          name = "app"\n          {resources}\n        }}') + more
    return declared(workloads(root, text).all[0].containers[0])


def known(root: Path, resources: str, more: str = "") -> Declared:
    found = held(root, resources, more)
    assert isinstance(found, Declared)
    return found


def written(one: Declared, *cells: tuple[str, str]) -> str:
    """The document afterwards, without its blanks."""
    edits = set_amounts(one, {cell: ALL[cell] for cell in cells or CELLS})
    assert not isinstance(edits, NotWritable)
    document = one.container.node.scope.document
    return " ".join(apply(document.data, edits.edits).decode().split())


# What is set


def test_nothing_is_set(tmp_path: Path) -> None:
    one = known(tmp_path, "")
    assert (one.node, one.text) == (None, "")
    assert all(one[cell].present is False for cell in CELLS)


def test_texts_and_numbers_are_quantities(tmp_path: Path) -> None:
    one = known(tmp_path, 'resources {\n requests = { cpu = 1, memory = "64Mi" }\n limits = { cpu = "1500m", "nvidia.com/gpu" = 1 }\n}')
    assert one.text == "requests cpu=1, memory=64Mi; limits cpu=1500m, nvidia.com/gpu=1"
    assert [str(one[cell].values[0]) for cell in CELLS[:3]] == ["1", "64Mi", "1500m"]
    assert one[LIMITS, MEMORY].present is False
    assert one.above_limit == ""


@pytest.mark.parametrize(
    ("request_", "limit", "above"),
    [("1", "999m", True), ("1", "1000m", False), ("0.5", "500m", False), ("2", "1.5", True)],
)
def test_a_request_above_its_limit_is_noticed(tmp_path: Path, request_: str, limit: str, above: bool) -> None:
    one = known(tmp_path, f'resources {{\n requests = {{ cpu = "{request_}" }}\n limits = {{ cpu = "{limit}" }}\n}}')
    assert bool(one.above_limit) is above


def test_what_is_no_quantity_is_set_all_the_same(tmp_path: Path) -> None:
    amount = known(tmp_path, 'resources {\n requests = { cpu = "one core" }\n}')[REQUESTS, CPU]
    assert (amount.present, amount.values) == (True, ())
    assert amount.why is not None and "'one core' is not a quantity" in amount.why.detail


def test_every_value_of_a_conditional_counts(tmp_path: Path) -> None:
    one = known(tmp_path, 'resources {\n limits = { memory = var.big ? "4Gi" : "1Gi" }\n}', 'variable "big" {\n type = bool\n}\n')
    assert [str(v) for v in one[LIMITS, MEMORY].values] == ["4Gi", "1Gi"]
    assert one.text == "limits memory=4Gi or 1Gi"


def test_of_two_maps_one_of_which_lacks_it_nothing_is_known(tmp_path: Path) -> None:
    one = known(tmp_path, 'resources {\n limits = var.big ? { memory = "4Gi" } : {}\n}', 'variable "big" {\n type = bool\n}\n')
    assert one[LIMITS, MEMORY].present is None
    assert one[LIMITS, CPU].present is False


@pytest.mark.parametrize(
    ("resources", "reason"),
    [('dynamic "resources" {\n for_each = [1]\n content {\n }\n}', Reason.COMPUTED)],
)
def test_of_a_loop_nothing_is_known(tmp_path: Path, resources: str, reason: Reason) -> None:
    one = held(tmp_path, resources)
    assert isinstance(one, Unknown) and one.reason is reason


# Edits


@pytest.mark.parametrize(
    "resources",
    [
        "",
        "resources {}",
        "resources {\n}",
        "resources {\n # none yet\n}",
        "resources {\n requests = {}\n limits = {}\n}",
        "resources {\n requests = {\n }\n}",
        'resources {\n limits = { "nvidia.com/gpu" = 1 }\n}',
        "resources {\n limits = {}\n requests = {}\n}",
        'resources { limits = { "nvidia.com/gpu" = 1 } }',
        'resources {\n requests = { cpu = "10m" }\n limits = { memory = "128Mi" }\n}',
    ],
)
def test_all_four_are_there_afterwards(tmp_path: Path, resources: str) -> None:
    one = known(tmp_path / "before", resources)
    edits = set_amounts(one, {cell: text for cell, text in ALL.items() if one[cell].present is False})
    assert not isinstance(edits, NotWritable)
    result = apply(one.container.node.scope.document.data, edits.edits).decode()
    again = declared(workloads(tmp_path / "after", result).all[0].containers[0])
    assert isinstance(again, Declared)
    assert {cell: again[cell].text for cell in CELLS} == ALL
    assert ("nvidia.com/gpu" in result) is ("nvidia.com/gpu" in resources)


def test_literals_are_replaced(tmp_path: Path) -> None:
    one = known(tmp_path, 'resources {\n requests = { cpu = 2, memory = "1Gi" }\n limits = { cpu = "2", memory = "1Gi" }\n}')
    assert 'requests = { cpu = "10m", memory = "64Mi" } limits = { cpu = "1", memory = "128Mi" }' in written(one)


@pytest.mark.parametrize(
    "resources",
    [
        "resources {\n limits = local.limits\n}",
        'resources {\n limits = merge({ cpu = "1" }, {})\n}',
        "resources {\n limits = { memory = local.m }\n}",
    ],
)
def test_what_stands_elsewhere_is_not_changed(tmp_path: Path, resources: str) -> None:
    one = known(tmp_path, resources, 'locals {\n limits = { cpu = "1" }\n m = "1Gi"\n}\n')
    result = set_amounts(one, {(LIMITS, MEMORY): "128Mi"})
    assert isinstance(result, NotWritable) and result.reason is Reason.NOT_LITERAL


# hashicorp/kubernetes 1


@pytest.mark.parametrize(
    ("resources", "result"),
    [
        ("", 'resources { requests { cpu = "10m" memory = "64Mi" } limits { cpu = "1" memory = "128Mi" } }'),
        (
            'resources {\n limits {\n "cpu" = "2"\n }\n}'.replace('"cpu"', "cpu"),
            'resources { limits { cpu = "2" memory = "128Mi" } requests { cpu = "10m" memory = "64Mi" } }',
        ),
        (
            'resources {\n limits { cpu = "2" }\n}',
            'resources { limits { cpu = "2" memory = "128Mi" } requests { cpu = "10m" memory = "64Mi" } }',
        ),
        ("resources {\n}", 'resources { requests { cpu = "10m" memory = "64Mi" } limits { cpu = "1" memory = "128Mi" } }'),
    ],
)
@pytest.mark.parametrize(
    "sign",
    [
        'terraform {\n required_providers {\n kubernetes = "~> 1.11"\n }\n}\n',
        'terraform {\n required_providers {\n kubernetes = {\n version = "1.13.4"\n }\n }\n}\n',
        'terraform {\n required_providers {\n kubernetes = {\n version = "< 2.0"\n }\n }\n}\n',
        deployment('container {\n name = "web"\n resources {\n requests {\n cpu = "1"\n }\n }\n }', name="web"),
    ],
    ids=["text", "object", "upper-bound", "another-container"],
)
def test_blocks_where_the_module_has_them_or_its_provider_wants_them(tmp_path: Path, resources: str, result: str, sign: str) -> None:
    one = known(tmp_path, resources, sign)
    assert result in written(one, *(cell for cell in CELLS if one[cell].present is False))


@pytest.mark.parametrize("version", ["~> 2.0", ">= 1.11", "2.1.0", ">= 1.13, < 3", "~> 10.1", "!= 1.9"])
def test_maps_where_the_provider_may_be_a_later_one(tmp_path: Path, version: str) -> None:
    one = known(tmp_path, "", f'terraform {{\n required_providers {{\n kubernetes = "{version}"\n }}\n}}\n')
    assert 'requests = { cpu = "10m"' in written(one)
