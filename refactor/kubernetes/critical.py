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

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from refactor.kubernetes.matching import Match, read_entries
from refactor.kubernetes.obstacles import CONSENTS
from refactor.kubernetes.spreading import STYLES, Style

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
    return read_entries(tables, _OWN, _entry)


def _entry(where: str, match: Match, table: Mapping[str, Any]) -> Critical:
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
