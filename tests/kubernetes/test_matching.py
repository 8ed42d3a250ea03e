"""Which workloads an entry of the configuration means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from refactor.kubernetes.matching import Match
from tests.support.workloads import TYPED, deployment, only


@pytest.mark.parametrize(
    ("table", "means"),
    [
        ({"name": "api"}, True),
        ({"name": "a*"}, True),
        ({"name": "web"}, False),
        ({"namespace": "shop", "kind": "Deployment"}, True),
        ({"namespace": "shop", "kind": "StatefulSet"}, False),
        ({"labels": {"tier": "0-*"}}, True),
        ({"labels": {"tier": "1-*"}}, False),
        ({"labels": {"team": "*"}}, False),
        ({"image": "nginx"}, True),
        ({"image": "docker.io/library/*"}, True),
        ({"image": "ghcr.io/*"}, False),
        ({"container": "app"}, True),
        ({"container": "app", "image": "redis"}, False),
        ({"stack": "stacks/*"}, False),
    ],
)
def test_every_pattern_must_match(tmp_path: Path, table: dict[str, Any], means: bool) -> None:
    workload = only(tmp_path, TYPED)
    assert Match.parse(table).workload(workload) is means
    assert Match.parse(table).one(workload.containers[0]) is means


def test_every_form_of_a_looped_workload_must_match(tmp_path: Path) -> None:
    text = deployment('container {\n name = "a"\n}', head='for_each = toset(["shop-a", "blog"])').replace('name = "api"', "name = each.key")
    workload = only(tmp_path, text)
    assert not Match.parse({"name": "shop-*"}).workload(workload)
    assert Match.parse({"name": "*"}).workload(workload)


def test_an_entry_for_one_container_leaves_the_others(tmp_path: Path) -> None:
    first, second = only(tmp_path, deployment('container {\n name = "a"\n}\ncontainer {\n name = "b"\n}')).containers
    match = Match.parse({"container": "b"})
    assert (match.one(first), match.one(second), match.workload(first.workload)) == (False, True, True)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({}, "says of no workload"),
        ({"liveness": {}}, "says of no workload"),
        ({"name": 3}, "name must be a text"),
        ({"labels": "tier"}, "labels must be a table"),
        ({"labels": {"tier": 0}}, "labels must be a table"),
    ],
)
def test_entries_that_cannot_be_used(table: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Match.parse(table)
