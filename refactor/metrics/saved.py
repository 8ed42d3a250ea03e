"""``usage.json``: what was measured, saved, so that a bot can run without the metrics server. The same content is the same bytes.

::

    {
      "version": 1,
      "containers": [
        {
          "namespace": "web", "kind": "Deployment", "workload": "api", "container": "app",
          "cpu": {"median": 0.012, "p99": 0.05, "samples": 12096},
          "memory": {"median": 104857600, "p99": 125829120, "peak": 134217728, "samples": 12096},
          "pods": 3,
          "first": "2026-01-13T12:00:00Z", "last": "2026-01-27T11:55:00Z",
          "window": 1209600, "step": 300
        }
      ]
    }

CPU is in cores, memory in bytes, durations are in seconds; ``cpu`` or ``memory`` is missing where it was not measured. It holds no address
and no credential of the server.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from refactor.metrics.usage import KINDS, MOST_BYTES, MOST_CORES, ContainerKey, Cpu, Memory, NoUsage, Progress, Usage
from refactor.reasons import Reason

FORMAT = 1
_MOST_COUNTED = 10**12  # samples, pods, seconds
_KEYS = frozenset({"namespace", "kind", "workload", "container", "cpu", "memory", "pods", "first", "last", "window", "step"})


class UsageFileError(ValueError):
    """The file cannot be used; the message says where and why."""


class SavedUsage:
    """Usage from a saved file: a :class:`refactor.metrics.usage.UsageSource` that asks nobody. ``name`` is the file's, for people."""

    def __init__(self, entries: Mapping[ContainerKey, Usage], name: str = "the saved usage") -> None:
        self.entries = dict(entries)
        self._name = name

    def usage(self, containers: Collection[ContainerKey], *, progress: Progress | None = None) -> dict[ContainerKey, Usage | NoUsage]:
        found = {key: self.entries.get(key) or self._missing(key) for key in containers}
        if progress is not None and found:
            progress(len(found), len(found))
        return found

    def _missing(self, key: ContainerKey) -> NoUsage:
        return NoUsage(
            Reason.NO_DATA, f"{self._name} has nothing about container {key.container} of {key.kind} {key.namespace}/{key.workload}"
        )


def load(path: Path) -> SavedUsage:
    """Return the usage in a file.

    Raises:
        UsageFileError: it cannot be read, is no such file or of a later format, or has an entry that cannot be right.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageFileError(f"{path}: {error.strerror}") from error
    try:
        return SavedUsage(parse(data), path.name)
    except UsageFileError as error:
        raise UsageFileError(f"{path}: {error}") from error


def save(path: Path, entries: Mapping[ContainerKey, Usage | NoUsage]) -> None:
    """Write what was measured; what was not is left out. The file is whole at any moment, the old or the new one.

    Raises:
        OSError: it cannot be written.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(render(entries))
        temporary.chmod(0o644)  # mkstemp's 0600 would keep it from the bot that it is for
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def render(entries: Mapping[ContainerKey, Usage | NoUsage]) -> bytes:
    """Return the content of the file: sorted, the same bytes for the same usage."""
    containers = [_written(key, usage) for key, usage in sorted(entries.items(), key=lambda entry: entry[0]) if isinstance(usage, Usage)]
    return (json.dumps({"version": FORMAT, "containers": containers}, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def parse(data: bytes) -> dict[ContainerKey, Usage]:
    """Return the entries of a file's content.

    Raises:
        UsageFileError: see :func:`load`.
    """
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageFileError("it is not JSON") from error
    if not isinstance(content, dict) or "version" not in content:
        raise UsageFileError("it is not a file of usage")
    if content["version"] != FORMAT:
        raise UsageFileError(f"its format is {content['version']!r}, and this tfmod reads {FORMAT}")
    containers = content.get("containers")
    if not isinstance(containers, list) or set(content) != {"version", "containers"}:
        raise UsageFileError("it has something other than a list of containers")
    entries: dict[ContainerKey, Usage] = {}
    for number, entry in enumerate(containers, 1):
        key, usage = _read(_Entry(entry, f"entry {number}"))
        if key in entries:
            raise UsageFileError(f"entry {number}: {key} is there twice")
        entries[key] = usage
    return entries


def _written(key: ContainerKey, usage: Usage) -> dict[str, object]:
    entry: dict[str, object] = {"namespace": key.namespace, "kind": key.kind, "workload": key.workload, "container": key.container}
    if usage.cpu is not None:
        entry["cpu"] = {"median": usage.cpu.median, "p99": usage.cpu.p99, "samples": usage.cpu.samples}
    if usage.memory is not None:
        memory = usage.memory
        entry["memory"] = {"median": memory.median, "p99": memory.p99, "peak": memory.peak, "samples": memory.samples}
    return entry | {
        "pods": usage.pods,
        "first": f"{usage.first.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "last": f"{usage.last.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "window": int(usage.window.total_seconds()),
        "step": int(usage.step.total_seconds()),
    }


class _Entry:
    """Reads the members of one object by type."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise UsageFileError(f"{where} is not an object")
        self.members: dict[str, object] = value
        self.where = where

    def only(self, known: frozenset[str]) -> None:
        if unknown := set(self.members) - known:
            raise UsageFileError(f"{self.where} has unknown members: {', '.join(sorted(unknown))}")

    def text(self, name: str) -> str:
        value = self.members.get(name)
        if not isinstance(value, str) or not value:
            raise UsageFileError(f"{self.where}: {name} is not a string")
        return value

    def number(self, name: str, most: int) -> float:
        value = self.members.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise UsageFileError(f"{self.where}: {name} is not a number from 0 to {most}")
        return float(value)

    def whole(self, name: str, least: int = 0, most: int = _MOST_COUNTED) -> int:
        value = self.members.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise UsageFileError(f"{self.where}: {name} is not a whole number from {least} to {most}")
        return value

    def seconds(self, name: str) -> timedelta:
        return timedelta(seconds=self.whole(name, 1))

    def instant(self, name: str) -> datetime:
        text = self.text(name)
        try:
            value = datetime.fromisoformat(text)
            in_utc = value.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise UsageFileError(f"{self.where}: {name} is not a time such as 2026-01-27T12:00:00Z") from error
        if value.tzinfo is None:
            raise UsageFileError(f"{self.where}: {name} has no time zone")
        return in_utc

    def inner(self, name: str) -> _Entry | None:
        value = self.members.get(name)
        return None if value is None else _Entry(value, f"{self.where}: {name}")


def _read(entry: _Entry) -> tuple[ContainerKey, Usage]:
    entry.only(_KEYS)
    kind = next((each for each in KINDS if each == entry.text("kind")), None)
    if kind is None:
        raise UsageFileError(f"{entry.where}: kind is none of {', '.join(KINDS)}")
    key = ContainerKey(entry.text("namespace"), kind, entry.text("workload"), entry.text("container"))
    entry.where = f"{entry.where} ({key})"
    cpu, memory = entry.inner("cpu"), entry.inner("memory")
    if cpu is None and memory is None:
        raise UsageFileError(f"{entry.where}: it has neither cpu nor memory")
    usage = Usage(
        _cpu(cpu) if cpu else None,
        _memory(memory) if memory else None,
        entry.whole("pods", 1),
        entry.instant("first"),
        entry.instant("last"),
        entry.seconds("window"),
        entry.seconds("step"),
    )
    if usage.first > usage.last:
        raise UsageFileError(f"{entry.where}: first is after last")
    return key, usage


def _cpu(entry: _Entry) -> Cpu:
    entry.only(frozenset({"median", "p99", "samples"}))
    cpu = Cpu(entry.number("median", MOST_CORES), entry.number("p99", MOST_CORES), entry.whole("samples", 1))
    if cpu.median > cpu.p99:
        raise UsageFileError(f"{entry.where}: the median is above the 99th percentile")
    return cpu


def _memory(entry: _Entry) -> Memory:
    entry.only(frozenset({"median", "p99", "peak", "samples"}))
    median, p99, peak = (entry.whole(name, most=MOST_BYTES) for name in ("median", "p99", "peak"))
    memory = Memory(median, p99, peak, entry.whole("samples", 1))
    if not memory.median <= memory.p99 <= memory.peak:
        raise UsageFileError(f"{entry.where}: the median, the 99th percentile and the peak are not in order")
    return memory
