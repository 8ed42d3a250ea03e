"""Which containers are asked about together: as many as the server can take at once. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from refactor.metrics.owners import pod_pattern
from refactor.metrics.queries import Scope
from refactor.metrics.usage import ContainerKey


@dataclass(frozen=True, slots=True)
class Batch:
    """Containers, sorted. A ``narrow`` one asks for the pods of its workloads by their names; another for all pods of its namespaces."""

    keys: tuple[ContainerKey, ...]
    narrow: bool = False

    @property
    def namespaces(self) -> tuple[str, ...]:
        return tuple(sorted({key.namespace for key in self.keys}))

    def scope(self, labels: Mapping[str, str]) -> Scope:
        containers = tuple(sorted({key.container for key in self.keys}))
        pods = tuple(sorted({pod_pattern(key.kind, key.workload) for key in self.keys})) if self.narrow else ()
        return Scope(self.namespaces, containers, pods, labels)

    def of(self, *namespaces: str) -> Batch:
        """The part of this that is about these namespaces."""
        return Batch(tuple(key for key in self.keys if key.namespace in namespaces), self.narrow)

    def split(self) -> tuple[Batch, ...]:
        """Return smaller batches: half of the namespaces each; of a single one, half of the workloads each. None if there is no smaller."""
        namespaces = self.namespaces
        if len(namespaces) > 1:
            middle = len(namespaces) // 2
            return self.of(*namespaces[:middle]), self.of(*namespaces[middle:])
        workloads = sorted({(key.kind, key.workload) for key in self.keys})
        if len(workloads) > 1:
            first = set(workloads[: len(workloads) // 2])
            halves = (
                [key for key in self.keys if (key.kind, key.workload) in first],
                [k for k in self.keys if (k.kind, k.workload) not in first],
            )
            return tuple(Batch(tuple(half), narrow=True) for half in halves)
        return () if self.narrow else (Batch(self.keys, narrow=True),)


def pack(batch: Batch, series: Mapping[str, float], most: float) -> Iterator[tuple[Batch, float]]:
    """Yield parts of the batch, with how many series each has: at most ``most``, unless a single namespace has more.

    ``series`` is how many each namespace has; one that is not there counts as having none.
    """
    taken: list[str] = []
    total = 0.0
    for namespace in batch.namespaces:
        size = series.get(namespace, 0.0)
        if taken and total + size > most:
            yield batch.of(*taken), total
            taken, total = [], 0.0
        taken.append(namespace)
        total += size
    if taken:
        yield batch.of(*taken), total
