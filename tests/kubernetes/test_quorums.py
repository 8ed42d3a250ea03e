"""Which images are clustered databases, and how many of their pods may be gone."""

from __future__ import annotations

import pytest

from refactor.kubernetes import quorums
from refactor.kubernetes.known_images import load
from refactor.kubernetes.quorums import cluster_of
from refactor.registry.reference import Reference


@pytest.mark.parametrize(
    ("image", "replicas", "most"),
    [
        ("quay.io/coreos/etcd:v3.5.9", 2, 0),
        ("bitnami/etcd:3", 3, 1),
        ("confluentinc/cp-zookeeper:7.5.0", 5, 2),
        ("percona/percona-xtradb-cluster:8.0", 4, 1),
        ("cassandra:4", 2, 1),
        ("redis:7", 3, 1),
    ],
)
def test_how_many_may_be_gone(image: str, replicas: int, most: int) -> None:
    cluster = cluster_of(Reference.parse(image))
    assert cluster is not None and cluster.most_gone(replicas) == most


@pytest.mark.parametrize("image", ["nginx:1.27", "postgres:16", "ghcr.io/acme/etcd:1"])
def test_others_are_none(image: str) -> None:
    assert cluster_of(Reference.parse(image)) is None


def test_no_image_is_in_both_tables() -> None:
    assert [r for r in quorums._OTHERS if load().lookup(Reference.parse(r)) is not None] == []
