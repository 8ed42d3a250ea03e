"""Which workloads must not stand still, and what a person says of them: ``[[scale-replicas.critical]]``.

::

    [[scale-replicas.critical]]
    labels = { tier = "0-core" }      # which workloads: see refactor/kubernetes/matching.py
    replicas = 3                      # the rest is optional; what is left out is as the options say
    spread = "topology-spread"
    topology_key = "topology.kubernetes.io/zone"
    clustered = true                  # its pods find each other, or need not: each may have data of its own
    shared_storage = true             # several pods may write to what it mounts
    devices = true                    # there are enough GPUs for all its pods
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refactor.kubernetes.matching import KEYS, Match
from refactor.kubernetes.obstacles import CONSENTS
from refactor.kubernetes.spreading import STYLES, Style
from refactor.kubernetes.workloads import Workload

_OWN = ("replicas", "spread", "topology_key", *CONSENTS)


@dataclass(frozen=True, slots=True)
class Critical:
    """An entry; None leaves a value to the options. ``consents``: what of :data:`refactor.kubernetes.obstacles.CONSENTS` it says."""

    match: Match
    replicas: int | None = None
    spread: Style | None = None
    topology_key: str | None = None
    consents: frozenset[str] = frozenset()


def parse(tables: Any) -> tuple[Critical, ...]:
    """The entries of a configuration.

    Raises:
        ValueError: an entry has a key that nobody reads, or a value of another kind.
    """
    return tuple(_entry(f"entry {i}", table) for i, table in enumerate(tables, 1))


def _entry(where: str, table: Mapping[str, Any]) -> Critical:
    unknown = sorted(set(table) - KEYS - set(_OWN))
    if unknown:
        raise ValueError(f"{where} has no key {unknown[0]} (there are: {', '.join(sorted({*KEYS, *_OWN}))})")
    try:
        match = Match.parse(table)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    replicas = table.get("replicas")
    if replicas is not None and (not isinstance(replicas, int) or isinstance(replicas, bool) or replicas < 2):
        raise ValueError(f"{where}: replicas must be a number from 2 on")
    if table.get("spread", STYLES[0]) not in STYLES:
        raise ValueError(f"{where}: spread must be one of {', '.join(STYLES)}")
    key = table.get("topology_key")
    if key is not None and not (isinstance(key, str) and key):
        raise ValueError(f"{where}: topology_key must be a text")
    for name in CONSENTS:
        if not isinstance(table.get(name, False), bool):
            raise ValueError(f"{where}: {name} must be true or false")
    consents = frozenset(name for name in CONSENTS if table.get(name))
    return Critical(match, replicas, table.get("spread"), key, consents)


def entry_of(entries: Sequence[Critical], workload: Workload) -> Critical | None:
    """The first entry that means a workload."""
    return next((e for e in entries if e.match.workload(workload)), None)
