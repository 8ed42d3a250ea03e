"""Two weeks of a made-up cluster, with numbers that can be worked out by hand, and how the tests ask about it.

The instants that usage is taken at are the multiples of 300 s in the two weeks before NOW: 4032 of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from refactor.metrics.api import PrometheusApi
from refactor.metrics.config import PrometheusConfig
from refactor.metrics.prometheus import PrometheusUsage
from refactor.metrics.queries import CPU, MEMORY
from refactor.metrics.usage import ContainerKey, WorkloadKind
from tests.support.lookups import Clock
from tests.support.prometheus import Series

MI = 1024**2
NOW = datetime(2026, 1, 27, 12, 1, 0, tzinfo=UTC)
LAST = int(NOW.timestamp()) // 300 * 300 - 300
"""The last instant. The one at 12:00:00 is left out: see ``Window.before``."""
INSTANTS = 4032
FIRST = LAST - (INSTANTS - 1) * 300
DAY = 86400


def key(namespace: str, kind: WorkloadKind, workload: str, container: str = "app") -> ContainerKey:
    return ContainerKey(namespace, kind, workload, container)


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def labels(namespace: str, pod: str, container: str, **more: str) -> dict[str, str]:
    return {"namespace": namespace, "pod": pod, "container": container, "image": "registry.example/app:1", **more}


def memory(namespace: str, pod: str, size: float, *, first: int = FIRST, last: int = LAST, container: str = "app", **more: str) -> Series:
    """A container that holds ``size`` MiB all the time."""
    return Series(MEMORY, labels(namespace, pod, container, **more), [(at, size * MI) for at in range(first, last + 1, 150)])


def cpu(namespace: str, pod: str, cores: float, *, first: int = FIRST, last: int = LAST, container: str = "app", **more: str) -> Series:
    """A container that keeps ``cores`` busy all the time."""
    samples = [(at, cores * (at - first)) for at in range(first - 300, last + 1, 150) if at >= first - 300]
    return Series(CPU, labels(namespace, pod, container, **more), [(at, value + cores * 300) for at, value in samples])


def ramp() -> Series:
    """Memory that is 1 MiB at the first instant and one more at each, and 5000 MiB for one moment between two instants."""
    samples = [(FIRST + 300 * number, float((number + 1) * MI)) for number in range(INSTANTS)]
    spike = (FIRST + 300 * 100 + 100, 5000.0 * MI)
    back = (FIRST + 300 * 100 + 200, 101.0 * MI)
    return Series(MEMORY, labels("shop", "api-7c6b5d4f9x-x2z4b", "app", id="/kubepods/1"), sorted([*samples, spike, back]))


def steps() -> Series:
    """CPU at 10m for the first 60% of the window, then at 200m for 30%, then at half a core."""
    total, samples = 0.0, []
    for at in range(FIRST - 300, LAST + 1, 100):
        samples.append((at, total))
        part = (at - FIRST) / (INSTANTS * 300)
        total += 1.0 if part < 0.6 else 20.0 if part < 0.9 else 50.0
    return Series(CPU, labels("shop", "api-7c6b5d4f9x-x2z4b", "app", cpu="total", id="/kubepods/1"), samples)


def owner(namespace: str, pod: str, kind: str, name: str) -> Series:
    told = {"namespace": namespace, "pod": pod, "owner_kind": kind, "owner_name": name, "owner_is_controller": "true"}
    return Series("kube_pod_owner", told, [(at, 1.0) for at in range(FIRST, LAST + 1, 3600)])


def cluster() -> Iterator[Series]:
    yield ramp()
    yield steps()
    # What must not count: the pause container, the pod's total.
    for container in ("POD", ""):
        yield memory("shop", "api-7c6b5d4f9x-x2z4b", 9000, container=container)
    # Its neighbour by name.
    yield memory("shop", "api-v2-5d9f8c7b6d-q2w4x", 1000)
    yield cpu("shop", "api-v2-5d9f8c7b6d-q2w4x", 0.75)
    # Two pods of one set.
    for pod, size, cores in (("db-0", 300, 0.02), ("db-1", 500, 0.05)):
        yield memory("shop", pod, size, container="postgres")
        yield cpu("shop", pod, cores, container="postgres")
    # A container that was restarted: for ten minutes, the old series is still there.
    middle = LAST - DAY
    yield memory("shop", "cart-6d5f4c8b7x-b5c6d", 200, last=middle + 600, id="/kubepods/1")
    yield memory("shop", "cart-6d5f4c8b7x-b5c6d", 240, first=middle, id="/kubepods/2")
    # An old kubelet, with one series for each CPU.
    for number in ("cpu00", "cpu01"):
        yield cpu("shop", "cart-6d5f4c8b7x-b5c6d", 0.1, cpu=number)
    # A pod that lived for half an hour and needed more than the one that stayed.
    yield memory("shop", "cart-6d5f4c8b7x-z9x8w", 700, first=LAST - 1500)
    # In ops there is kube-state-metrics, whose word counts more than names.
    yield memory("ops", "worker-1230567890-x2x4z", 64)
    yield owner("ops", "worker-1230567890-x2x4z", "ReplicaSet", "worker-1230567890")
    told = {"namespace": "ops", "replicaset": "worker-1230567890", "owner_kind": "Deployment", "owner_name": "worker"}
    yield Series("kube_replicaset_owner", told, [(at, 1.0) for at in range(FIRST, LAST + 1, 3600)])
    yield memory("ops", "worker-w6x9z2-b5c6d", 128)
    yield owner("ops", "worker-w6x9z2-b5c6d", "DaemonSet", "worker-w6x9z2")
    # Measured for two hours only; not measured at all; measured as what is no number.
    yield memory("jobs", "backup-29491200-x2x4z", 50, first=LAST - 7200 + 300)
    yield cpu("jobs", "backup-29491200-x2x4z", 0.3, first=LAST - 7200 + 300)
    yield Series(MEMORY, labels("jobs", "broken-0", "app"), [(LAST - 150, float("nan")), (LAST, float("nan"))])
    # The same names in another cluster.
    yield memory("shop", "db-0", 8000, container="mysql", cluster="other")


API = key("shop", "Deployment", "api")
API_V2 = key("shop", "Deployment", "api-v2")
DB = key("shop", "StatefulSet", "db", "postgres")
CART = key("shop", "Deployment", "cart")
WORKER = key("ops", "Deployment", "worker")
BACKUP = key("jobs", "CronJob", "backup")
BROKEN = key("jobs", "StatefulSet", "broken")
GONE = key("jobs", "Deployment", "gone")
ALL = (API, API_V2, DB, CART, WORKER, BACKUP, BROKEN, GONE)


@contextmanager
def open_source(
    config: PrometheusConfig, clock: Clock, *, env: Mapping[str, str] | None = None, warn: Callable[[str], None] | None = None
) -> Iterator[PrometheusUsage]:
    """Give a source of usage at NOW, that waits by the clock only."""
    api = PrometheusApi(
        config,
        env=env or {},
        clock=clock.monotonic,
        now=lambda: NOW + timedelta(seconds=clock.at - 1000.0),
        sleep=clock.sleep,
        jitter=lambda: 1.0,
        warn=warn,
    )
    with api:
        yield PrometheusUsage(api)
