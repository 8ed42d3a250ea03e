"""Clustered databases: how many of their pods may be gone at a time.

Those of :mod:`refactor.kubernetes.known_images`, and images about which nothing else is known. Sources: ZooKeeper, "Clustered Setup";
etcd, "FAQ"; Redpanda, "Raft consensus in Redpanda"; ClickHouse, "ClickHouse Keeper"; TiDB, "TiKV and PD: Raft"; YugabyteDB, "Raft
consensus"; RethinkDB, "Failover"; Galera Cluster, "Weighted Quorum"; MongoDB, "Replica Set Elections"; Nomad, "Consensus Protocol". Apache
Cassandra and ScyllaDB decide by replica set, and their operators (k8ssandra, scylla-operator) let one pod go at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from refactor.kubernetes.known_images import Quorum, load
from refactor.kubernetes.workloads import Workload
from refactor.project.values import Unknown
from refactor.registry.reference import Reference

_MAJORITY: Mapping[str, tuple[str, ...]] = {
    "zookeeper": ("docker.io/bitnami/zookeeper", "docker.io/bitnamilegacy/zookeeper", "docker.io/confluentinc/cp-zookeeper"),
    "kafka": ("docker.io/confluentinc/cp-kafka", "docker.io/confluentinc/cp-server"),
    "etcd": ("docker.io/bitnami/etcd", "docker.io/bitnamilegacy/etcd"),
    "redpanda": ("docker.io/redpandadata/redpanda", "docker.redpanda.com/redpandadata/redpanda"),
    "clickhouse-keeper": ("docker.io/clickhouse/clickhouse-keeper",),
    "mongodb": ("docker.io/percona/percona-server-mongodb",),
    "galera": ("docker.io/bitnami/mariadb-galera", "docker.io/bitnamilegacy/mariadb-galera", "docker.io/percona/percona-xtradb-cluster"),
    "tidb": ("docker.io/pingcap/pd", "docker.io/pingcap/tikv"),
    "yugabytedb": ("docker.io/yugabytedb/yugabyte",),
    "rethinkdb": ("docker.io/library/rethinkdb",),
    "nomad": ("docker.io/hashicorp/nomad",),
}
_ONE: Mapping[str, tuple[str, ...]] = {
    "cassandra": ("docker.io/library/cassandra", "docker.io/bitnami/cassandra", "docker.io/bitnamilegacy/cassandra"),
    "scylladb": ("docker.io/scylladb/scylla",),
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """``quorum``: a majority of its pods has to stay, or all but one."""

    name: str
    quorum: Quorum

    def most_gone(self, replicas: int) -> int:
        """How many of so many may be gone."""
        return (replicas - 1) // 2 if self.quorum == "majority" else 1


_OTHERS: Mapping[str, Cluster] = {
    **{repository: Cluster(name, "majority") for name, found in _MAJORITY.items() for repository in found},
    **{repository: Cluster(name, "primary-replica") for name, found in _ONE.items() for repository in found},
}


def cluster_of(reference: Reference) -> Cluster | None:
    """The clustered database that an image is, if it is known as one."""
    known = load().lookup(reference)
    if known is not None:
        return Cluster(known.name, known.quorum) if known.quorum is not None else None
    return _OTHERS.get(f"{reference.registry}/{reference.repository}")


def clusters(workload: Workload) -> list[Cluster]:
    """The clustered databases that a workload's containers run."""
    references = [r for c in workload.containers if not isinstance(c.images, Unknown) for r in c.images]
    return list(dict.fromkeys(cluster for r in references if (cluster := cluster_of(r)) is not None))
