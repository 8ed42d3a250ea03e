"""Usage from a table in an example or a golden case, in place of a server."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from refactor.kubernetes.quantities import InvalidQuantity, Quantity
from refactor.metrics.usage import KINDS, ContainerKey, Cpu, Memory, NoUsage, Progress, Usage
from refactor.reasons import Reason

WINDOW = timedelta(days=14)
STEP = timedelta(minutes=5)
LAST = datetime(2026, 1, 27, 11, 55, tzinfo=UTC)

_PARTS = {"cpu": 2, "memory": 3, "pods": 1, "samples": 1, "hours": 1}


class InvalidRow(ValueError):
    """A row says nothing that could have been measured; the message says which, and why."""


class ScriptedUsage:
    """A :class:`refactor.metrics.usage.UsageSource` that knows what a table says: container to what was measured, or to ``!reason``.

    A container is ``namespace/Kind/workload/container``. What was measured is a list of parts, of which ``cpu`` or ``memory`` is there::

        cpu 10m 500m, memory 200Mi 240Mi 300Mi, pods 2, hours 36, samples 100

    with the median and the 99th percentile, and for memory the peak. ``pods`` is 1 by default. ``hours`` are those that the samples
    cover, up to :data:`LAST`: all of the window's two weeks by default. ``samples`` are one for each :data:`STEP` and pod by default.
    ``!metrics-unreachable`` (a value of :class:`refactor.reasons.Reason`) answers with that. What is not in the table has no data.
    ``asked`` are the containers that were asked about.

    Raises:
        InvalidRow: a row is not like that.
    """

    def __init__(self, rows: Mapping[str, str]) -> None:
        self._answers: dict[ContainerKey, Usage | NoUsage] = {}
        for name, text in rows.items():
            try:
                key = _key(name)
                self._answers[key] = _failure(text[1:], key) if text.startswith("!") else _usage(text)
            except (ValueError, OverflowError) as error:
                raise InvalidRow(f"{name}: {text!r}: {error}") from error
        self.asked: list[ContainerKey] = []

    def usage(self, containers: Collection[ContainerKey], *, progress: Progress | None = None) -> dict[ContainerKey, Usage | NoUsage]:
        self.asked += sorted(containers)
        if progress is not None and containers:
            progress(len(containers), len(containers))
        return {key: self._answers.get(key) or NoUsage(Reason.NO_DATA, f"nothing is known about {key}") for key in containers}


def _key(name: str) -> ContainerKey:
    parts = name.split("/")
    kind = next((each for each in KINDS if len(parts) == 4 and each == parts[1]), None)
    if kind is None or not all(parts):
        raise ValueError(f"a container is namespace/Kind/workload/container, with one of {', '.join(KINDS)}")
    return ContainerKey(parts[0], kind, parts[2], parts[3])


def _failure(reason: str, key: ContainerKey) -> NoUsage:
    try:
        return NoUsage(Reason.named(reason), str(key))
    except KeyError as error:
        raise ValueError(f"there is no reason {reason}") from error


def _usage(text: str) -> Usage:
    parts: dict[str, list[str]] = {}
    for part in text.split(","):
        name, *values = part.split() or [""]
        if name not in _PARTS or name in parts or len(values) != _PARTS[name]:
            raise ValueError(f"{part.strip()!r} is not one of: cpu MEDIAN P99, memory MEDIAN P99 PEAK, pods N, hours N, samples N")
        parts[name] = values
    pods = int(parts.get("pods", ["1"])[0])
    covered = timedelta(hours=int(parts["hours"][0])) if "hours" in parts else WINDOW
    samples = int(parts["samples"][0]) if "samples" in parts else pods * (covered // STEP)
    if min(pods, samples) < 1 or not STEP <= covered <= WINDOW:
        raise ValueError("there are at least one pod, one sample and one hour, and at most two weeks")
    cpu = memory = None
    if "cpu" in parts:
        median, p99 = _rising(parts["cpu"])
        cpu = Cpu(float(median.value), float(p99.value), samples)
    if "memory" in parts:
        sizes = [int(each.value) for each in _rising(parts["memory"])]
        memory = Memory(sizes[0], sizes[1], sizes[2], samples)
    return Usage(cpu, memory, pods, LAST + STEP - covered, LAST, WINDOW, STEP)


def _rising(texts: list[str]) -> list[Quantity]:
    try:
        amounts = [Quantity.parse(text) for text in texts]
    except InvalidQuantity as error:
        raise ValueError(str(error)) from error
    if amounts != sorted(amounts) or amounts[0].nano < 0:
        raise ValueError("the median is at most the 99th percentile, and that at most the peak")
    return amounts
