"""Whose pod is it: names as Kubernetes makes them, and what misleads."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.metrics.owners import Assignment, Owners, Workload, may_be_named, pod_pattern
from refactor.metrics.usage import KINDS, ContainerKey, WorkloadKind

SAFE = "bcdfghjklmnpqrstvwxz2456789"
LONG = "a-deployment-with-a-very-long-name-of-fifty-five-chars1"


@pytest.mark.parametrize(
    ("kind", "workload", "pod"),
    [
        ("Deployment", "api", "api-7c6b5d4f9x-x2z4b"),
        ("Deployment", "api", "api-6b5d4f-x2z4b"),
        ("Deployment", "api-v2", "api-v2-7c6b5d4f9x-x2z4b"),
        ("Deployment", "a.b", "a.b-7c6b5d4f9x-x2z4b"),
        ("StatefulSet", "db", "db-0"),
        ("StatefulSet", "db", "db-12"),
        ("StatefulSet", "db-1", "db-1-0"),
        ("DaemonSet", "agent", "agent-x2z4b"),
        ("ReplicaSet", "web", "web-x2z4b"),
        ("ReplicationController", "web", "web-x2z4b"),
        ("Job", "migrate", "migrate-x2z4b"),
        ("Job", "indexed", "indexed-3-x2z4b"),
        ("CronJob", "backup", "backup-29491200-x2z4b"),
        ("CronJob", "backup", "backup-1769472000-x2z4b"),
        ("Pod", "single", "single"),
        # 56 characters and a hash do not fit into 58: the base is cut.
        ("Deployment", LONG, f"{LONG}-7cx2z4b"),
        ("DaemonSet", "d" * 60, "d" * 58 + "x2z4b"),
    ],
)
def test_pods_have_these_names(kind: WorkloadKind, workload: str, pod: str) -> None:
    assert may_be_named(kind, workload, pod)
    assert re.fullmatch(pod_pattern(kind, workload), pod)


@pytest.mark.parametrize(
    ("kind", "workload", "pod"),
    [
        ("Deployment", "api", "api-v2-7c6b5d4f9x-x2z4b"),
        ("Deployment", "api", "api-v2-x2z4b"),
        ("Deployment", "api-v2", "api-7c6b5d4f9x-x2z4b"),
        ("Deployment", "api", "my-api-7c6b5d4f9x-x2z4b"),
        ("Deployment", "api", "api-x2z4b"),
        ("Deployment", "api", "api-0"),
        ("Deployment", "api", "api-7c6b5d4f9x-x2z4"),
        ("Deployment", "api", "api-7c6b5d4f9x-x2z4e"),
        ("Deployment", "api", "api-7C6B5D4F9X-x2z4b"),
        ("Deployment", "api", "api-29491200-x2z4b"),  # a CronJob's: its minutes have a 0 or a 1 somewhere nearly always
        ("Deployment", "a.b", "aXb-7c6b5d4f9x-x2z4b"),
        ("StatefulSet", "db", "db-1-0"),
        ("StatefulSet", "db", "db-x2z4b"),
        ("StatefulSet", "db", "db"),
        ("StatefulSet", "db", "db-24567"),
        ("DaemonSet", "agent", "agent-7c6b5d4f9x-x2z4b"),
        ("DaemonSet", "agent", "agent-0"),
        ("Job", "migrate", "migrate-29491200-x2z4b"),
        ("CronJob", "backup", "backup-full-29491200-x2z4b"),
        ("CronJob", "backup", "backup-x2z4b"),
        ("Pod", "single", "single-x2z4b"),
        ("Deployment", LONG, f"{LONG}-7Cx2z4b"),
        ("Deployment", LONG, f"{LONG}-7x2z4b"),  # not cut, and no hash either
        ("Deployment", "", "x"),
    ],
)
def test_pods_do_not_have_these_names(kind: WorkloadKind, workload: str, pod: str) -> None:
    assert not may_be_named(kind, workload, pod)


names = st.from_regex(r"[a-z]([a-z0-9-]{0,60}[a-z0-9])?", fullmatch=True)


@given(names, st.text(SAFE, min_size=6, max_size=10), st.text(SAFE, min_size=5, max_size=5))
def test_every_name_that_a_deployment_makes_is_found_again(name: str, hashed: str, suffix: str) -> None:
    pod = f"{name}-{hashed}-"[:58] + suffix
    assert may_be_named("Deployment", name, pod)
    assert re.fullmatch(pod_pattern("Deployment", name), pod)


@given(st.sampled_from(KINDS), names, st.from_regex(r"[a-z0-9.-]{0,70}", fullmatch=True))
def test_the_pattern_that_is_asked_for_misses_no_pod(kind: WorkloadKind, name: str, pod: str) -> None:
    assert not may_be_named(kind, name, pod) or re.fullmatch(pod_pattern(kind, name), pod)


def assignment(*workloads: Workload, owners: Owners | None = None) -> Assignment:
    return Assignment([ContainerKey("ns", kind, name, "app") for kind, name in workloads], owners or Owners())


def test_the_longest_name_has_the_pod() -> None:
    both = assignment(("Deployment", "api"), ("DaemonSet", "api-w6x9z2"))
    assert both.workload("ns", "api-w6x9z2-x2z4b") == ("DaemonSet", "api-w6x9z2")
    assert both.workload("ns", "api-7c6b5d4f9x-x2z4b") == ("Deployment", "api")


def test_two_of_one_name_leave_no_telling() -> None:
    assert assignment(("DaemonSet", "agent"), ("Job", "agent")).workload("ns", "agent-x2z4b") is None


def test_another_namespace_is_another_matter() -> None:
    assert assignment(("Deployment", "api")).workload("other", "api-7c6b5d4f9x-x2z4b") is None


POD = ("ns", "api-7c6b5d4f9x-x2z4b")


@pytest.mark.parametrize(
    ("owners", "workload"),
    [
        (Owners(), ("Deployment", "api")),
        (Owners({POD: ("ReplicaSet", "api-7c6b5d4f9x")}, {("ns", "api-7c6b5d4f9x"): "api"}), ("Deployment", "api")),
        (Owners({POD: ("ReplicaSet", "api-7c6b5d4f9x")}), ("Deployment", "api")),
        (Owners({POD: ("ReplicaSet", "x")}, {("ns", "x"): "api"}), ("Deployment", "api")),
        (Owners({POD: ("ReplicaSet", "api-7c6b5d4f9x")}, {("ns", "api-7c6b5d4f9x"): "other"}), None),
        (Owners({POD: ("ReplicaSet", "api-7c6b5d4f9x")}, {("elsewhere", "api-7c6b5d4f9x"): "other"}), ("Deployment", "api")),
        (Owners({POD: ("ReplicaSet", "plain")}), None),
        (Owners({POD: ("DaemonSet", "api-7c6b5d4f9x")}), None),
        (Owners({POD: ("<none>", "<none>")}), None),
        (Owners({POD: ("Rollout", "api")}), None),
        (Owners({("elsewhere", POD[1]): ("DaemonSet", "x")}), ("Deployment", "api")),
    ],
)
def test_an_owner_counts_more_than_a_name(owners: Owners, workload: Workload | None) -> None:
    assert assignment(("Deployment", "api"), owners=owners).workload(*POD) == workload


def test_owners_of_other_kinds() -> None:
    pods = {
        ("ns", "backup-29491200-x2z4b"): ("Job", "backup-29491200"),
        ("ns", "migrate-x2z4b"): ("Job", "migrate"),
        ("ns", "db-0"): ("StatefulSet", "db"),
        ("ns", "kube-proxy-node"): ("Node", "node"),
        ("ns", "bare"): ("", ""),
        ("ns", "odd-x2z4b"): ("Job", "odd"),
    }
    wanted: list[Workload] = [
        ("CronJob", "backup"),
        ("Job", "migrate"),
        ("StatefulSet", "db"),
        ("Pod", "kube-proxy-node"),
        ("Pod", "bare"),
        ("CronJob", "x"),
    ]
    found = assignment(*wanted, owners=Owners(pods, {}, {("ns", "odd"): "x"}))
    assert [found.workload(*pod) for pod in pods] == wanted


def test_a_job_that_was_asked_for_is_not_its_cronjobs() -> None:
    owners = Owners({("ns", "p"): ("Job", "backup-29491200")})
    assert assignment(("Job", "backup-29491200"), owners=owners).workload("ns", "p") == ("Job", "backup-29491200")
