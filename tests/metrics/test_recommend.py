"""What a container should ask for, and why: never less than was seen, and nothing from too little."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.kubernetes.quantities import Quantity
from refactor.metrics.recommend import Advice, Policy, Resources, evidence, recommend
from refactor.metrics.usage import Cpu, Memory, NoUsage, Usage
from refactor.reasons import Reason

MI = 1024**2
LAST = datetime(2026, 1, 27, 11, 55, tzinfo=UTC)
STEP, WINDOW = timedelta(minutes=5), timedelta(days=14)
POLICY = Policy()


def usage(cpu: Cpu | None, memory: Memory | None, *, covered: timedelta = WINDOW, pods: int = 3) -> Usage:
    return Usage(cpu, memory, pods, LAST - covered + STEP, LAST, WINDOW, STEP)


USAGE = usage(Cpu(0.012, 0.2, 12096), Memory(100 * MI, 120 * MI, 125 * MI, 12096))


def resources(usage: Usage, policy: Policy = POLICY) -> Resources:
    found = recommend(usage, policy)
    assert isinstance(found, Resources), found
    return found


def advice(found: Advice | None) -> Advice:
    assert found is not None
    return found


def test_requests_from_the_median_and_the_limit_from_the_percentile() -> None:
    found = resources(USAGE)
    assert (advice(found.cpu_request).text, advice(found.memory_request).text, advice(found.memory_limit).text) == ("15m", "112Mi", "144Mi")
    assert found.cpu_limit is None
    assert found.missing == ()


def test_every_number_is_explained() -> None:
    found = resources(USAGE)
    assert advice(found.cpu_request).why == "cpu median 0.012 cores over 14d, 3 pods, 12096 samples"
    assert advice(found.memory_request).why == "memory median 100.0 MiB over 14d, 3 pods, 12096 samples"
    assert advice(found.memory_limit).why == (
        "memory 99th percentile 120.0 MiB + 20% (above the peak 125.0 MiB + 10%) over 14d, 3 pods, 12096 samples"
    )


def test_the_peak_is_the_floor_of_the_limit() -> None:
    found = advice(resources(replace(USAGE, memory=Memory(100 * MI, 120 * MI, 900 * MI, 12096))).memory_limit)
    assert found.text == "1Gi"  # 990 MiB
    assert found.why.startswith("memory peak 900.0 MiB + 10% (above the 99th percentile 120.0 MiB + 20%) over")


def test_an_idle_container_gets_the_minimum() -> None:
    found = resources(usage(Cpu(0.0, 0.000001, 288), Memory(MI, MI, MI, 288)))
    assert (advice(found.cpu_request).text, advice(found.memory_request).text, advice(found.memory_limit).text) == ("10m", "16Mi", "32Mi")
    assert advice(found.cpu_request).why.endswith("288 samples; raised to the minimum")
    assert advice(found.memory_limit).why.endswith("; raised to the minimum")


def test_a_cpu_limit_only_when_asked_for() -> None:
    found = advice(resources(USAGE, Policy(cpu_limit_headroom=50)).cpu_limit)
    assert (found.text, found.why) == ("300m", "cpu 99th percentile 0.2 cores + 50% over 14d, 3 pods, 12096 samples")


def test_a_limit_is_never_below_its_request() -> None:
    policy = Policy(cpu_request_headroom=5000, memory_request_headroom=5000, cpu_limit_headroom=0)
    found = resources(USAGE, policy)
    assert advice(found.cpu_limit).value == advice(found.cpu_request).value
    assert advice(found.memory_limit).value == advice(found.memory_request).value
    assert advice(found.cpu_limit).why.endswith("; raised to the request")
    assert advice(found.memory_limit).why.endswith("; raised to the request")


def test_head_room_and_minimums_can_be_set() -> None:
    policy = Policy(
        cpu_request_headroom=100, cpu_minimum=Quantity.parse("0.5"), memory_limit_headroom=100, memory_limit_minimum=Quantity.parse("1Gi")
    )
    found = resources(USAGE, policy)
    assert (advice(found.cpu_request).text, advice(found.memory_limit).text) == ("500m", "1Gi")
    assert advice(found.cpu_request).why == "cpu median 0.012 cores + 100% over 14d, 3 pods, 12096 samples; raised to the minimum"


@pytest.mark.parametrize(
    "policy",
    [
        lambda: Policy(cpu_request_headroom=-1),
        lambda: Policy(cpu_limit_headroom=-1),
        lambda: Policy(memory_minimum=Quantity.parse("0")),
    ],
    ids=["cpu request", "cpu limit", "memory minimum"],
)
def test_a_policy_that_takes_away_is_refused(policy: Callable[[], Policy]) -> None:
    with pytest.raises(ValueError, match="head-room is 0 or more"):
        policy()


# Too little


@pytest.mark.parametrize(
    ("samples", "covered", "words"),
    [
        (287, WINDOW, "287 samples; at least 288 samples are needed"),
        (12096, timedelta(hours=23), "over 23h of the last 14d, 3 pods, 12096 samples; at least 1d are needed"),
    ],
    ids=["few samples", "many pods for less than a day"],
)
def test_too_little_is_no_recommendation(samples: int, covered: timedelta, words: str) -> None:
    found = recommend(usage(Cpu(0.1, 0.2, samples), Memory(MI, MI, MI, samples), covered=covered), POLICY)
    assert isinstance(found, NoUsage)
    assert found.reason is Reason.TOO_FEW_SAMPLES
    assert words in found.detail


def test_exactly_enough_is_enough() -> None:
    assert isinstance(recommend(usage(Cpu(0.1, 0.2, 288), None, covered=timedelta(days=1)), POLICY), Resources)


def test_what_was_not_measured_is_missing_and_the_rest_is_there() -> None:
    only_memory = resources(replace(USAGE, cpu=None))
    assert only_memory.cpu_request is None
    assert [each.reason for each in only_memory.missing] == [Reason.NO_DATA]
    assert only_memory.memory_limit == resources(USAGE).memory_limit
    few = resources(replace(USAGE, memory=Memory(MI, MI, MI, 5)))
    assert (few.memory_request, few.memory_limit) == (None, None)
    assert [each.reason for each in few.missing] == [Reason.TOO_FEW_SAMPLES]


def test_too_few_is_told_rather_than_none() -> None:
    found = recommend(usage(None, Memory(MI, MI, MI, 5)), POLICY)
    assert isinstance(found, NoUsage)
    assert found.reason is Reason.TOO_FEW_SAMPLES


@pytest.mark.parametrize(
    ("covered", "pods", "words"),
    [
        (WINDOW, 1, "over 14d, 1 pod, 7 samples"),
        (WINDOW - timedelta(minutes=30), 2, "over 14d, 2 pods, 7 samples"),
        (timedelta(days=3, hours=4), 2, "over 3d 4h of the last 14d, 2 pods, 7 samples"),
        (timedelta(minutes=50), 2, "over 50m of the last 14d, 2 pods, 7 samples"),
        (timedelta(days=20), 2, "over 14d, 2 pods, 7 samples"),
    ],
)
def test_the_evidence_says_how_much_was_seen(covered: timedelta, pods: int, words: str) -> None:
    assert evidence(usage(None, Memory(MI, MI, MI, 7), covered=covered, pods=pods), 7) == words


cores = st.integers(0, 10**8).map(lambda micro: micro / 1e6)
sizes = st.integers(0, 2**42)


@given(st.tuples(cores, cores).map(sorted), st.tuples(sizes, sizes, sizes).map(sorted), st.integers(0, 300), st.integers(0, 300))
def test_nothing_recommended_is_below_what_was_seen(cpu: list[float], memory: list[int], headroom: int, limit: int) -> None:
    policy = Policy(memory_limit_headroom=headroom, cpu_limit_headroom=limit)
    found = resources(usage(Cpu(cpu[0], cpu[1], 9999), Memory(memory[0], memory[1], memory[2], 9999)), policy)
    request, cpu_limit = advice(found.cpu_request).value, advice(found.cpu_limit).value
    assert cpu_limit >= request >= policy.cpu_minimum
    assert request.value >= Fraction(str(cpu[0]))
    assert cpu_limit.value >= Fraction(str(cpu[1]))
    memory_request, memory_limit = advice(found.memory_request).value, advice(found.memory_limit).value
    assert memory_limit >= memory_request >= policy.memory_minimum
    assert memory_request.value >= memory[0]
    assert memory_limit.value >= memory[2]
    for each in (found.cpu_request, found.cpu_limit, found.memory_request, found.memory_limit):
        assert Quantity.parse(advice(each).text) == advice(each).value


def test_a_recommendation_loads_nothing_that_talks_to_a_network() -> None:
    root = Path(__file__).parent.parent.parent
    program = "import sys; import refactor.metrics.recommend, refactor.metrics.saved; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "refactor.metrics.usage" in loaded
    assert loaded.isdisjoint({"requests", "urllib3", "http.client", "ssl", "yaml", "subprocess", "refactor.metrics.wire"})
