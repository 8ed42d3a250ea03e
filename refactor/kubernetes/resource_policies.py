"""How much containers are to ask for where nobody measured it: ``[[set-resources.policies]]``.

::

    [[set-resources.policies]]
    labels = { tier = "4-aux" }                     # which containers: see refactor/kubernetes/matching.py
    requests = { cpu = "10m", memory = "64Mi" }     # one amount of these four, or more
    limits = { memory = "256Mi" }

The first entry that means a container counts. One that goes by labels, namespace or stack alone does not mean init containers, and those of
Jobs and CronJobs: what serves is no measure for what migrates and backs up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from refactor.kubernetes.matching import Match, read_entries
from refactor.kubernetes.quantities import InvalidQuantity, Quantity
from refactor.kubernetes.resources import CPU, LIMITS, MEMORY, REQUESTS, SECTIONS, Cell
from refactor.kubernetes.workloads import Container
from refactor.metrics.recommend import Advice

_LEAST = {CPU: Quantity.parse("1m"), MEMORY: Quantity.parse("1Mi")}
_HINTS = {CPU: "a thousandth of a core, 1m, is the least", MEMORY: "less than 1Mi; is a suffix such as Mi missing?"}


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """An entry. ``amounts`` are what it sets, with where they come from."""

    match: Match
    amounts: Mapping[Cell, Advice]

    def means(self, container: Container) -> bool:
        """Whether it says how much a container is to have."""
        match = self.match
        named = match.container is not None or match.image is not None or match.name is not None
        ordinary = container.workload.kind.long_running and not container.is_init
        if not ordinary and not (named or (match.kind is not None and not container.is_init)):
            return False
        return match.one(container)


def parse(tables: Any) -> tuple[ResourcePolicy, ...]:
    """The entries of a configuration.

    Raises:
        ValueError: an entry has a key that nobody reads, no amount, what is no quantity, or a limit below its request.
    """
    return read_entries(tables, SECTIONS, _entry)


def _entry(where: str, match: Match, table: Mapping[str, Any]) -> ResourcePolicy:
    amounts = {(section, name): advice for section in SECTIONS for name, advice in _amounts(where, section, table.get(section, {})).items()}
    if not amounts:
        raise ValueError(f"{where} sets neither requests nor limits")
    for name in (CPU, MEMORY):
        request, limit = amounts.get((REQUESTS, name)), amounts.get((LIMITS, name))
        if request is not None and limit is not None and limit.value < request.value:
            raise ValueError(f"{where}: limits.{name} is below requests.{name}")
    return ResourcePolicy(match, amounts)


def _amounts(where: str, section: str, table: object) -> dict[str, Advice]:
    if not isinstance(table, Mapping):
        raise ValueError(f"{where}: {section} must be a table")
    found: dict[str, Advice] = {}
    for name, text in table.items():
        if name not in _LEAST:
            raise ValueError(f"{where}: {section} has no key {name} (there are: {', '.join(_LEAST)})")
        if not isinstance(text, str):
            raise ValueError(f'{where}: {section}.{name} must be a text, such as "{"250m" if name == CPU else "512Mi"}"')
        try:
            value = Quantity.parse(text)
        except InvalidQuantity as error:
            raise ValueError(f"{where}: {section}.{name}: {error}") from error
        if value < _LEAST[name]:
            raise ValueError(f"{where}: {section}.{name} = {text!r} is too little: {_HINTS[name]}")
        found[name] = Advice(value, text, f"{where} of the policies")
    return found
