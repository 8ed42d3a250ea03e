"""From numbers for each pod to the usage of a workload's container. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from refactor.metrics.queries import Window
from refactor.metrics.usage import MOST_BYTES, MOST_CORES, Cpu, Memory, Usage

_BRIEF = timedelta(hours=1)

Pod = tuple[str, str, str]
"""Namespace, pod, container."""

_CPU = ("cpu_median", "cpu_p99", "cpu_samples")
_MEMORY = ("memory_median", "memory_p99", "memory_peak", "memory_samples")


_MOST = dict.fromkeys(_CPU[:-1], MOST_CORES) | dict.fromkeys(_MEMORY[:-1], MOST_BYTES)
_LAST_SECOND = datetime.max.replace(tzinfo=UTC, microsecond=0).timestamp()  # likewise of samples: nobody counts so many


@dataclass(slots=True)
class Measured:
    """What was measured: ``pods`` by measure (:data:`refactor.metrics.queries.MEASURES`); ``odd`` are those with numbers that are none."""

    pods: dict[Pod, dict[str, float]] = field(default_factory=dict)
    odd: set[Pod] = field(default_factory=set)

    def add(self, measure: str, pod: Pod, value: float) -> None:
        """Note one number; NaN, an infinity, what is below zero, and what no machine has cannot have been measured."""
        if 0 <= value <= _MOST.get(measure, _LAST_SECOND):
            self.pods.setdefault(pod, {})[measure] = value
        else:
            self.odd.add(pod)


def combine(pods: Iterable[Mapping[str, float]], window: Window) -> Usage | None:
    """Return the usage over all pods of one workload's container, or None without any; see :class:`Usage` for what the numbers mean."""
    measured = [pod for pod in pods if _whole(pod, _CPU) or _whole(pod, _MEMORY)]
    cpu, memory = _cpu(measured, window), _memory(measured, window)
    seen = [pod for pod in measured if "first" in pod and "last" in pod]
    if (cpu is None and memory is None) or not seen:
        return None
    return Usage(
        cpu,
        memory,
        pods=len(measured),
        first=_instant(min(pod["first"] for pod in seen)),
        last=_instant(max(pod["last"] for pod in seen)),
        window=window.length,
        step=window.step,
    )


def _cpu(pods: Sequence[Mapping[str, float]], window: Window) -> Cpu | None:
    pods = [pod for pod in pods if _whole(pod, _CPU)]
    if not pods:
        return None
    telling = _telling(pods, "cpu_samples", window)
    return Cpu(
        _microcores(max(pod["cpu_median"] for pod in telling)),
        _microcores(max(pod["cpu_p99"] for pod in telling)),
        int(sum(pod["cpu_samples"] for pod in pods)),
    )


def _memory(pods: Sequence[Mapping[str, float]], window: Window) -> Memory | None:
    pods = [pod for pod in pods if _whole(pod, _MEMORY)]
    if not pods:
        return None
    telling = _telling(pods, "memory_samples", window)
    p99 = math.ceil(max(pod["memory_p99"] for pod in telling))
    # The first instant may look back to a sample from before the window, which the peak does not have.
    peak = max(p99, math.ceil(max(pod["memory_peak"] for pod in pods)))
    return Memory(math.ceil(max(pod["memory_median"] for pod in telling)), p99, peak, int(sum(pod["memory_samples"] for pod in pods)))


def _whole(pod: Mapping[str, float], measures: tuple[str, ...]) -> bool:
    return all(measure in pod for measure in measures) and pod[measures[-1]] >= 1


def _telling(pods: Sequence[Mapping[str, float]], samples: str, window: Window) -> Sequence[Mapping[str, float]]:
    """The pods that lived for an hour, if they hold at least half of all samples: one that was starting up all its life tells little."""
    lasting = [pod for pod in pods if pod[samples] * window.step >= _BRIEF]
    enough = 2 * sum(pod[samples] for pod in lasting) >= sum(pod[samples] for pod in pods)
    return lasting if lasting and enough else pods


def _microcores(cores: float) -> float:
    return math.ceil(round(cores * 1e6, 3)) / 1e6


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(round(seconds), UTC)
