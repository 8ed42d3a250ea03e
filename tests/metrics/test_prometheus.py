"""A real Prometheus with two weeks of series: the numbers that come out are worked out by hand in the comments."""

from __future__ import annotations

import math
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from refactor.metrics.config import PrometheusConfig
from refactor.metrics.recommend import Policy, Resources, recommend
from refactor.metrics.usage import ContainerKey, Cpu, Memory, NoUsage, Usage
from refactor.reasons import Reason
from tests.metrics.cluster import (
    ALL,
    API,
    API_V2,
    BACKUP,
    BROKEN,
    CART,
    DB,
    FIRST,
    GONE,
    INSTANTS,
    LAST,
    MI,
    WORKER,
    instant,
    key,
    open_source,
)
from tests.support.lookups import Clock
from tests.support.prometheus import RunningPrometheus, running_prometheus

Answers = dict[ContainerKey, Usage | NoUsage]


@pytest.fixture(scope="session")
def answers(prometheus: RunningPrometheus) -> Answers:
    """All questions in one call, as a run asks them."""
    with open_source(PrometheusConfig(prometheus.url, labels={"cluster": ""}), Clock()) as source:
        return source.usage(ALL)


def usage(answers: Answers, wanted: ContainerKey) -> Usage:
    answer = answers[wanted]
    assert isinstance(answer, Usage), answer
    return answer


def essence(answers: Answers) -> dict[ContainerKey, Usage | Reason]:
    """The answers without what is said about those that are missing, which names the server."""
    return {wanted: answer.reason if isinstance(answer, NoUsage) else answer for wanted, answer in answers.items()}


def test_every_container_gets_an_answer(answers: Answers) -> None:
    assert set(answers) == set(ALL)


def test_quantiles_of_memory_are_those_of_the_ramp(answers: Answers) -> None:
    # The values 1, 2, ..., 4032 MiB. Prometheus interpolates at q * (n - 1): the median is at 2015.5, between 2016 and 2017;
    # the 99th percentile at 3990.69, 0.69 of the way from 3991 to 3992. The spike lies between two instants, so only the peak has it.
    memory = usage(answers, API).memory
    assert memory == Memory(median=int(2016.5 * MI), p99=math.ceil(3991.69 * MI), peak=5000 * MI, samples=INSTANTS)


def test_quantiles_of_cpu_are_those_of_the_steps(answers: Answers) -> None:
    # 60% of the time 1 s in 100 s, 30% of it 20 s, the last 10% 50 s.
    assert usage(answers, API).cpu == Cpu(median=0.01, p99=0.5, samples=INSTANTS)


def test_the_window_that_is_covered_is_told(answers: Answers) -> None:
    found = usage(answers, API)
    assert (found.first, found.last) == (instant(FIRST), instant(LAST))
    assert (found.window, found.step, found.covered) == (timedelta(days=14), timedelta(minutes=5), timedelta(days=14))
    assert found.pods == 1


def test_a_workload_is_not_taken_for_one_whose_name_begins_like_it(answers: Answers) -> None:
    found = usage(answers, API_V2)
    assert found.cpu == Cpu(0.75, 0.75, INSTANTS)
    assert found.memory == Memory(1000 * MI, 1000 * MI, 1000 * MI, INSTANTS)


def test_the_pod_that_needs_most_decides_and_all_of_them_count(answers: Answers) -> None:
    found = usage(answers, DB)
    assert found.pods == 2
    assert found.cpu == Cpu(0.05, 0.05, 2 * INSTANTS)
    assert found.memory == Memory(500 * MI, 500 * MI, 500 * MI, 2 * INSTANTS)


def test_a_restart_does_not_count_a_container_twice_and_a_brief_pod_counts_in_the_peak(answers: Answers) -> None:
    # 200 MiB for 13 days, 240 MiB for the last one (7% of the time): never 440 MiB, which is what adding both series would give.
    # The pod of half an hour has 6 instants of 700 MiB: they are counted, and are the peak.
    assert usage(answers, CART).memory == Memory(200 * MI, 240 * MI, 700 * MI, INSTANTS + 6)


def test_series_of_single_cpus_are_added(answers: Answers) -> None:
    assert usage(answers, CART).cpu == Cpu(0.2, 0.2, INSTANTS)


def test_owners_count_more_than_names(answers: Answers) -> None:
    # By its name, worker-w6x9z2-b5c6d (128 MiB) would be this Deployment's too, and worker-1230567890-x2x4z (64 MiB) nobody's.
    found = usage(answers, WORKER)
    assert found.memory == Memory(64 * MI, 64 * MI, 64 * MI, INSTANTS)
    assert found.cpu is None


def test_two_hours_are_measured_and_too_few_to_recommend_anything(answers: Answers) -> None:
    found = usage(answers, BACKUP)
    assert found.cpu == Cpu(0.3, 0.3, 24)
    assert found.covered == timedelta(hours=2)
    refused = recommend(found, Policy())
    assert isinstance(refused, NoUsage)
    assert refused.reason is Reason.TOO_FEW_SAMPLES
    assert "2h of the last 14d, 1 pod, 24 samples; at least 288 samples are needed" in refused.detail


def test_what_is_no_number_is_no_measurement(answers: Answers) -> None:
    answer = answers[BROKEN]
    assert isinstance(answer, NoUsage)
    assert answer.reason is Reason.NO_DATA
    assert "NaN" in answer.detail


def test_what_was_never_seen_has_no_data(answers: Answers) -> None:
    answer = answers[GONE]
    assert isinstance(answer, NoUsage)
    assert answer.reason is Reason.NO_DATA
    assert "no container app in pods of Deployment gone in namespace jobs in the last 14d" in answer.detail


def test_from_a_measurement_to_a_recommendation(answers: Answers) -> None:
    resources = recommend(usage(answers, DB), Policy())
    assert isinstance(resources, Resources)
    # The median 0.05 cores; 500 MiB, next step 512; 500 * 1.2 = 600 MiB, next step 640 (more than 500 * 1.1).
    assert resources.cpu_request is not None
    assert resources.cpu_request.text == "50m"
    assert resources.cpu_request.why == "cpu median 0.05 cores over 14d, 2 pods, 8064 samples"
    assert resources.memory_request is not None
    assert resources.memory_request.text == "512Mi"
    assert resources.memory_limit is not None
    assert resources.memory_limit.text == "640Mi"
    assert resources.cpu_limit is None


def test_the_queries_do_not_grow_with_the_containers(prometheus: RunningPrometheus, clock: Clock) -> None:
    progress: list[tuple[int, int]] = []
    with open_source(PrometheusConfig(prometheus.url), clock) as source:
        source.usage(ALL, progress=lambda done, total: progress.append((done, total)))
        assert source.api.sent == 1 + 9 + 3  # how many series there are; the measures; the owners
    assert progress == [(len(ALL), len(ALL))]


def test_nothing_is_asked_about_nothing(clock: Clock) -> None:
    with open_source(PrometheusConfig("http://127.0.0.1:1"), clock) as source:
        assert source.usage([]) == {}


def test_a_label_keeps_clusters_apart(prometheus: RunningPrometheus, clock: Clock) -> None:
    wanted = key("shop", "StatefulSet", "db", "mysql")
    with open_source(PrometheusConfig(prometheus.url, labels={"cluster": "other"}), clock) as source:
        found = source.usage([wanted])[wanted]
    assert isinstance(found, Usage)
    assert found.memory == Memory(8000 * MI, 8000 * MI, 8000 * MI, INSTANTS)
    with open_source(PrometheusConfig(prometheus.url, labels={"cluster": "none"}), clock) as source:
        missing = source.usage([wanted])[wanted]
    assert isinstance(missing, NoUsage)
    assert "none of the containers asked for in namespace shop" in missing.detail


def test_an_estimate_above_the_bound_is_asked_in_parts_with_the_same_answers(
    prometheus: RunningPrometheus, clock: Clock, answers: Answers
) -> None:
    # shop has up to 7 series at once, so all of it would be 28,224 points.
    with open_source(PrometheusConfig(prometheus.url, labels={"cluster": ""}, max_points=3 * INSTANTS), clock) as source:
        parts = source.usage(ALL)
        assert source.api.sent > 13
    assert essence(parts) == essence(answers)


def test_a_container_that_is_too_much_alone_is_told_and_not_asked(prometheus: RunningPrometheus, clock: Clock) -> None:
    with open_source(PrometheusConfig(prometheus.url, max_points=INSTANTS), clock) as source:
        found = source.usage([DB, API_V2])
    assert isinstance(found[API_V2], Usage)
    answer = found[DB]
    assert isinstance(answer, NoUsage)
    assert answer.reason is Reason.METRICS_LIMIT
    assert "about 8,064 points, and one query may be about 4,032" in answer.detail


def test_a_server_that_refuses_so_many_samples_is_asked_in_parts_with_the_same_answers(
    tmp_path: Path, blocks: Path, clock: Clock, answers: Answers
) -> None:
    data = shutil.copytree(blocks, tmp_path / "data")
    with (
        running_prometheus(tmp_path, data, f"--query.max-samples={8 * INSTANTS}") as server,
        open_source(PrometheusConfig(server.url, labels={"cluster": ""}), clock) as source,
    ):
        parts = source.usage(ALL)
        assert source.api.sent > 13
    assert clock.waits == []  # asking for less is no repetition
    assert essence(parts) == essence(answers)


def test_a_server_that_refuses_even_one_workload_says_so(tmp_path: Path, blocks: Path, clock: Clock) -> None:
    data = shutil.copytree(blocks, tmp_path / "data")
    with (
        running_prometheus(tmp_path, data, "--query.max-samples=3000") as server,
        open_source(PrometheusConfig(server.url), clock) as source,
    ):
        answer = source.usage([API])[API]
    assert isinstance(answer, NoUsage)
    assert answer.reason is Reason.METRICS_LIMIT
    assert "422: query processing would load too many samples into memory" in answer.detail
