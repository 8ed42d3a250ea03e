"""What the configuration says of the budgets of single workloads: ``[[add-pdbs.workloads]]``.

::

    [[add-pdbs.workloads]]
    name = "api"                      # which workloads: see refactor/kubernetes/matching.py
    max_unavailable = "25%"           # or min_available: a number of pods, or a percentage

    [[add-pdbs.workloads]]
    labels = { tier = "4-aux" }
    skip = true
    reason = "may be stopped at any time"

The first entry that means a workload counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from refactor.kubernetes.budgets import Policy, parse_policy
from refactor.kubernetes.matching import Match, read_entries

_POLICIES = ("min_available", "max_unavailable")
_OWN = (*_POLICIES, "skip", "reason")


@dataclass(frozen=True, slots=True)
class BudgetEntry:
    """An entry: a policy, or None for what gets no budget; ``reason`` says why."""

    match: Match
    policy: Policy | None
    reason: str = ""


def parse(tables: Any) -> tuple[BudgetEntry, ...]:
    """The entries of a configuration.

    Raises:
        ValueError: an entry has a key that nobody reads, is no policy, more than one, or leaves something out without a reason.
    """
    return read_entries(tables, _OWN, _entry)


def _entry(where: str, match: Match, table: Mapping[str, Any]) -> BudgetEntry:
    try:
        return _said(match, table)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error


def _said(match: Match, table: Mapping[str, Any]) -> BudgetEntry:
    skip, reason = table.get("skip", False), table.get("reason", "")
    if not isinstance(skip, bool):
        raise ValueError("skip must be true or false")
    if not isinstance(reason, str):
        raise ValueError("reason must be a text")
    given = [key for key in (*_POLICIES, "skip") if key in table and table[key] is not False]
    if len(given) != 1:
        raise ValueError(f"one of min_available, max_unavailable and skip = true is wanted, not {' and '.join(given) or 'none'}")
    if skip:
        if not reason.strip():
            raise ValueError("skip wants a reason")
        return BudgetEntry(match, None, reason.strip())
    value = table[given[0]]
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError(f"{given[0]} must be a number of pods or a percentage")
    return BudgetEntry(match, parse_policy(f"{given[0]}={value}"), reason.strip())
