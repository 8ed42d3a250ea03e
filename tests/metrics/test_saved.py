"""``usage.json``: what comes back is what was saved, and nothing that cannot be right is believed."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.metrics.saved import SavedUsage, UsageFileError, load, parse, render, save
from refactor.metrics.usage import KINDS, ContainerKey, Cpu, Memory, NoUsage, Usage
from refactor.reasons import Reason

KEY = ContainerKey("web", "Deployment", "api", "app")
USAGE = Usage(
    Cpu(0.012, 0.05, 12096),
    Memory(104857600, 125829120, 134217728, 12096),
    3,
    datetime(2026, 1, 13, 12, tzinfo=UTC),
    datetime(2026, 1, 27, 11, 55, tzinfo=UTC),
    timedelta(days=14),
    timedelta(minutes=5),
)
NOTHING = NoUsage(Reason.NO_DATA, "x")

instants = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
microcores = st.integers(0, 10**9).map(lambda micro: micro / 1e6)
cpus = st.tuples(microcores, microcores, st.integers(1, 10**9)).map(lambda it: Cpu(min(it[:2]), max(it[:2]), it[2]))
memories = st.tuples(st.lists(st.integers(0, 2**50), min_size=3, max_size=3).map(sorted), st.integers(1, 10**9)).map(
    lambda it: Memory(it[0][0], it[0][1], it[0][2], it[1])
)


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    cpu, memory = draw(st.tuples(cpus, memories) | st.tuples(cpus, st.none()) | st.tuples(st.none(), memories))
    first, last = sorted([draw(instants), draw(instants)])
    seconds = st.integers(1, 10**8).map(lambda count: timedelta(seconds=count))
    return Usage(cpu, memory, draw(st.integers(1, 10**6)), first, last, draw(seconds), draw(seconds))


keys = st.builds(ContainerKey, st.text(min_size=1), st.sampled_from(KINDS), st.text(min_size=1), st.text(min_size=1))


@given(st.dictionaries(keys, usages()))
def test_what_is_saved_comes_back_and_is_the_same_bytes_again(entries: dict[ContainerKey, Usage]) -> None:
    data = render(entries)
    assert parse(data) == entries
    assert render(parse(data)) == render(dict(reversed(entries.items()))) == data


def test_the_file_as_a_whole() -> None:
    assert (
        render({KEY: USAGE}).decode()
        == """\
{
  "version": 1,
  "containers": [
    {
      "namespace": "web",
      "kind": "Deployment",
      "workload": "api",
      "container": "app",
      "cpu": {
        "median": 0.012,
        "p99": 0.05,
        "samples": 12096
      },
      "memory": {
        "median": 104857600,
        "p99": 125829120,
        "peak": 134217728,
        "samples": 12096
      },
      "pods": 3,
      "first": "2026-01-13T12:00:00Z",
      "last": "2026-01-27T11:55:00Z",
      "window": 1209600,
      "step": 300
    }
  ]
}
"""
    )


def test_save_and_load(tmp_path: Path) -> None:
    path = tmp_path / "usage.json"
    other = ContainerKey("web", "Deployment", "other", "app")
    path.write_text("old")
    save(path, {KEY: USAGE, other: NOTHING})
    source = load(path)
    assert source.entries == {KEY: USAGE}
    assert [each.name for each in tmp_path.iterdir()] == ["usage.json"]
    progress: list[tuple[int, int]] = []
    found = source.usage([KEY, other], progress=lambda done, total: progress.append((done, total)))
    assert found[KEY] == USAGE
    missing = found[other]
    assert isinstance(missing, NoUsage)
    assert (missing.reason, missing.detail) == (Reason.NO_DATA, "usage.json has nothing about container app of Deployment web/other")
    assert progress == [(2, 2)]


def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "usage.json"
    path.mkdir()
    with pytest.raises(OSError, match=r"usage\.json"):
        save(path, {KEY: USAGE})
    assert [each.name for each in tmp_path.iterdir()] == ["usage.json"]


def test_nothing_saved_answers_too() -> None:
    answer = SavedUsage({}).usage([KEY])[KEY]
    assert isinstance(answer, NoUsage)
    assert answer.reason is Reason.NO_DATA


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageFileError, match=r"usage\.json: No such file"):
        load(tmp_path / "usage.json")


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "usage.json").write_bytes(b"{}")
    with pytest.raises(UsageFileError, match=r"usage\.json: it is not a file of usage"):
        load(tmp_path / "usage.json")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a file of usage"),
        (b'{"containers": []}', "not a file of usage"),
        (b'{"version": 2, "containers": []}', "its format is 2, and this tfmod reads 1"),
        (b'{"version": 1}', "something other"),
        (b'{"version": 1, "containers": {}}', "something other"),
        (b'{"version": 1, "containers": [], "x": 1}', "something other"),
        (b'{"version": 1, "containers": [1]}', "entry 1 is not an object"),
    ],
)
def test_what_is_no_file_of_usage(data: bytes, problem: str) -> None:
    with pytest.raises(UsageFileError, match=problem):
        parse(data)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("namespace", "", "namespace is not a string"),
        ("workload", 1, "workload is not a string"),
        ("kind", "Rollout", "kind is none of Deployment"),
        ("extra", 1, "unknown members: extra"),
        ("cpu.extra", 1, "unknown members: extra"),
        ("cpu", 0.1, "cpu is not an object"),
        ("cpu.median", "0.1", "median is not a number"),
        ("cpu.median", True, "median is not a number"),
        ("cpu.median", -0.1, "median is not a number"),
        ("cpu.median", float("nan"), "median is not a number"),
        ("cpu.median", float("inf"), "median is not a number"),
        ("cpu.median", 10**400, "median is not a number from 0 to 10000"),
        ("cpu.p99", 1e300, "p99 is not a number from 0 to 10000"),
        ("cpu.samples", 10**400, "samples is not a whole number from 1 to"),
        ("memory.peak", 10**400, "peak is not a whole number from 0 to"),
        ("cpu.median", 0.06, "above the 99th percentile"),
        ("cpu.samples", 0, "samples is not a whole number from 1 to"),
        ("memory.median", 1.5, "median is not a whole number"),
        ("memory.peak", 125829119, "not in order"),
        ("memory.p99", 1, "not in order"),
        ("pods", 0, "pods is not a whole number from 1 to"),
        ("first", "yesterday", "first is not a time"),
        ("first", "2026-01-13T12:00:00", "first has no time zone"),
        ("first", "0001-01-01T00:00:00+14:00", "first is not a time"),
        ("first", "2026-01-28T12:00:00Z", "first is after last"),
        ("last", 1769515200, "last is not a string"),
        ("window", 0, "window is not a whole number from 1 to"),
        ("window", 10**18, "window is not a whole number from 1 to"),
        ("step", 300.0, "step is not a whole number"),
    ],
)
def test_an_entry_that_cannot_be_right(path: str, value: object, problem: str) -> None:
    content: Any = json.loads(render({KEY: USAGE}))
    *parents, name = path.split(".")
    members = content["containers"][0]
    for parent in parents:
        members = members[parent]
    members[name] = value
    with pytest.raises(UsageFileError, match=problem):
        parse(json.dumps(content).encode())


def test_an_entry_without_any_measure_or_there_twice() -> None:
    content: Any = json.loads(render({KEY: USAGE}))
    twice = copy.deepcopy(content)
    twice["containers"] *= 2
    with pytest.raises(UsageFileError, match="entry 2: web/Deployment/api/app is there twice"):
        parse(json.dumps(twice).encode())
    del content["containers"][0]["cpu"], content["containers"][0]["memory"]
    with pytest.raises(UsageFileError, match="neither cpu nor memory"):
        parse(json.dumps(content).encode())
