"""What containers were measured to use: the values, and the protocol of whoever knows them. No I/O, nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, get_args

from refactor.reasons import Reason

WorkloadKind = Literal["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod"]
KINDS: tuple[WorkloadKind, ...] = get_args(WorkloadKind)

MOST_CORES, MOST_BYTES = 10_000, 2**50
"""Above what any machine has: a number that was not measured."""

Progress = Callable[[int, int], None]
"""Called with (done, total); total does not change during one call."""


@dataclass(frozen=True, slots=True, order=True)
class ContainerKey:
    """One container of one workload: ``kind`` is the API's (``Deployment``), the names are those in the cluster."""

    namespace: str
    kind: WorkloadKind
    workload: str
    container: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.kind}/{self.workload}/{self.container}"


@dataclass(frozen=True, slots=True)
class Cpu:
    """Cores in use, to the microcore. ``samples`` are the instants that were looked at, over all pods."""

    median: float
    p99: float
    samples: int


@dataclass(frozen=True, slots=True)
class Memory:
    """The working set, in bytes: what the kubelet evicts by. ``peak`` is over every measurement there is, not only the ``samples``."""

    median: int
    p99: int
    peak: int
    samples: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What one container used, over all pods of its workload.

    All pods of a workload get the same resources, so the pod that needs most decides: ``median`` and ``p99`` are those of the pod where
    they are highest, which is never less than the quantile of all pods' samples together. Pods that lived for less than an hour are left
    out of them where the others hold most of the samples, and count in ``peak`` always.

    ``cpu`` or ``memory`` is None where only the other was measured. ``pods`` is how many there were, one after another or at once. Between
    ``first`` and ``last`` there are samples; ``window`` is what was asked for, ``step`` the distance between two instants.
    """

    cpu: Cpu | None
    memory: Memory | None
    pods: int
    first: datetime
    last: datetime
    window: timedelta
    step: timedelta

    def __post_init__(self) -> None:
        if self.cpu is None and self.memory is None:
            raise ValueError("a usage has at least one measure")

    @property
    def covered(self) -> timedelta:
        """The time that the samples stand for: the last one's step included."""
        return self.last - self.first + self.step


@dataclass(frozen=True, slots=True)
class NoUsage:
    """No numbers, and why. ``detail`` is for people; it never holds a credential."""

    reason: Reason
    detail: str


class UsageSource(Protocol):
    """Whoever knows what containers use: a Prometheus-compatible server, or a saved file."""

    def usage(self, containers: Collection[ContainerKey], *, progress: Progress | None = None) -> dict[ContainerKey, Usage | NoUsage]:
        """Return an answer for every container given. All are asked for together, since measuring one costs as much as measuring many."""
        ...
