"""From pods to a workload."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.metrics.combine import Measured, combine
from refactor.metrics.queries import Window
from refactor.metrics.usage import Cpu, Memory, Usage

WINDOW = Window(datetime(2026, 1, 27, 11, 59, 59, tzinfo=UTC), timedelta(days=14), timedelta(minutes=5))


def pod(
    cpu: float, memory: float, samples: float = 100, *, p99: float = 2, peak: float = 3, first: float = 1000, last: float = 2000
) -> dict[str, float]:
    return {
        "cpu_median": cpu,
        "cpu_p99": cpu * p99,
        "cpu_samples": samples,
        "memory_median": memory,
        "memory_p99": memory * p99,
        "memory_peak": memory * peak,
        "memory_samples": samples,
        "first": first,
        "last": last,
    }


def combined(*pods: dict[str, float]) -> Usage:
    usage = combine(pods, WINDOW)
    assert usage is not None
    return usage


def test_the_highest_counts_and_samples_add_up() -> None:
    usage = combined(pod(0.1, 1000, first=500), pod(0.2, 400, 50, last=3000))
    assert usage.cpu == Cpu(0.2, 0.4, 150)
    assert usage.memory == Memory(1000, 2000, 3000, 150)
    assert (usage.pods, usage.first.timestamp(), usage.last.timestamp()) == (2, 500, 3000)


def test_a_brief_pod_counts_in_the_peak_only() -> None:
    usage = combined(pod(0.1, 1000, 100), pod(5, 9000, 11))
    assert usage.cpu == Cpu(0.1, 0.2, 111)
    assert usage.memory == Memory(1000, 2000, 27000, 111)


def test_brief_pods_count_where_they_are_most_of_what_there_is() -> None:
    usage = combined(pod(0.1, 1000, 12), *[pod(0.3, 2000, 6)] * 3)
    assert usage.cpu == Cpu(0.3, 0.6, 30)


def test_only_brief_pods_count_all() -> None:
    assert combined(pod(0.1, 1000, 2), pod(0.3, 100, 2)).cpu == Cpu(0.3, 0.6, 4)


def test_a_measure_that_is_missing_leaves_the_other() -> None:
    whole = pod(0.1, 1000)
    without = {name: value for name, value in whole.items() if name != "cpu_p99"}
    usage = combined(without)
    assert usage.cpu is None
    assert usage.memory == Memory(1000, 2000, 3000, 100)
    assert combined(whole, without).cpu == Cpu(0.1, 0.2, 100)


@pytest.mark.parametrize("pods", [[], [{}], [{"cpu_median": 1.0, "first": 1, "last": 2}], [pod(0.1, 1, 0)]])
def test_nothing_measured_is_no_usage(pods: list[dict[str, float]]) -> None:
    assert combine(pods, WINDOW) is None


def test_a_usage_without_any_measure_cannot_be() -> None:
    now = datetime(2026, 1, 27, tzinfo=UTC)
    with pytest.raises(ValueError, match="at least one measure"):
        Usage(None, None, 1, now, now, timedelta(days=14), timedelta(minutes=5))


def test_a_peak_is_never_below_the_percentile() -> None:
    memory = combined(pod(0.1, 1000, p99=4, peak=3)).memory
    assert memory == Memory(1000, 4000, 4000, 100)


def test_amounts_are_rounded_up_to_microcores_and_bytes() -> None:
    usage = combined(pod(0.0123451, 1000.2, p99=1, peak=1))
    assert usage.cpu == Cpu(0.012346, 0.012346, 100)
    assert usage.memory == Memory(1001, 1001, 1001, 100)
    exact = combined(pod(0.1 + 0.2, 1000, p99=1)).cpu  # 0.30000000000000004
    assert exact == Cpu(0.3, 0.3, 100)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), -1.0])
def test_what_cannot_have_been_measured_is_noted_as_odd(value: float) -> None:
    measured = Measured()
    measured.add("cpu_median", ("ns", "pod", "app"), value)
    measured.add("cpu_p99", ("ns", "pod", "app"), 0.0)
    assert measured.pods == {("ns", "pod", "app"): {"cpu_p99": 0.0}}
    assert measured.odd == {("ns", "pod", "app")}


@pytest.mark.parametrize(("measure", "value"), [("cpu_p99", 10_001.0), ("memory_peak", 2.0**50 + 1), ("last", 1e14)])
def test_nor_can_what_no_machine_has_and_no_clock_shows(measure: str, value: float) -> None:
    measured = Measured()
    measured.add(measure, ("ns", "pod", "app"), value)
    assert not measured.pods and measured.odd == {("ns", "pod", "app")}


@given(st.lists(st.lists(st.integers(0, 1000), min_size=12, max_size=40), min_size=1, max_size=6), st.sampled_from([0.5, 0.99]))
def test_the_highest_quantile_of_a_pod_is_at_least_that_of_all_samples_together(pods: list[list[int]], q: float) -> None:
    """What makes it safe to ask for one number for each pod: the nearest-rank quantile, for which this holds exactly."""

    def quantile(values: list[int]) -> int:
        return sorted(values)[max(0, -int(-q * len(values) // 1) - 1)]

    assert max(map(quantile, pods)) >= quantile([value for values in pods for value in values])
