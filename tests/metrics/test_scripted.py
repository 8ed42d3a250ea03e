"""Rows of usage in examples and golden cases, and a source that is asked once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from refactor.measurements import Measurements, Remembered
from refactor.metrics.scripted import LAST, STEP, WINDOW, InvalidRow, ScriptedUsage
from refactor.metrics.usage import ContainerKey, Cpu, Memory, NoUsage, Usage
from refactor.reasons import Reason

KEY = ContainerKey("shop", "Deployment", "api", "app")
OTHER = ContainerKey("shop", "StatefulSet", "db", "postgres")
MI = 1024**2


def test_a_row_is_two_whole_weeks_of_one_pod() -> None:
    answer = ScriptedUsage({str(KEY): "cpu 10m 0.5, memory 200Mi 240Mi 0.5Gi"}).usage([KEY])[KEY]
    assert answer == Usage(Cpu(0.01, 0.5, 4032), Memory(200 * MI, 240 * MI, 512 * MI, 4032), 1, LAST - WINDOW + STEP, LAST, WINDOW, STEP)
    assert answer.covered == WINDOW


def test_pods_hours_and_samples_can_be_told() -> None:
    answer = ScriptedUsage({str(KEY): "memory 1Mi 1Mi 1Mi, pods 2, hours 3"}).usage([KEY])[KEY]
    assert isinstance(answer, Usage)
    assert answer.memory == Memory(MI, MI, MI, 72)
    assert (answer.cpu, answer.pods, answer.covered) == (None, 2, timedelta(hours=3))
    answer = ScriptedUsage({str(KEY): "cpu 1 2, samples 7"}).usage([KEY])[KEY]
    assert isinstance(answer, Usage)
    assert answer.cpu == Cpu(1.0, 2.0, 7)


def test_a_reason_and_what_is_not_in_the_table() -> None:
    source = ScriptedUsage({str(KEY): "!metrics-unreachable"})
    found = source.usage([KEY, OTHER])
    assert {key: answer.reason for key, answer in found.items() if isinstance(answer, NoUsage)} == {
        KEY: Reason.METRICS_UNREACHABLE,
        OTHER: Reason.NO_DATA,
    }
    assert source.asked == [KEY, OTHER]


@pytest.mark.parametrize(
    ("name", "row", "said"),
    [
        ("shop/api/app", "cpu 1 2", "a container is"),
        ("shop/Rollout/api/app", "cpu 1 2", "a container is"),
        ("shop/Deployment//app", "cpu 1 2", "a container is"),
        (str(KEY), "", "is not one of"),
        (str(KEY), "cpu 1", "is not one of"),
        (str(KEY), "cpu 1 2, cpu 1 2", "is not one of"),
        (str(KEY), "cpu 1 2, disk 3", "is not one of"),
        (str(KEY), "cpu 2 1", "at most the 99th percentile"),
        (str(KEY), "cpu -1 1", "at most the 99th percentile"),
        (str(KEY), "memory 1MB 2Mi 3Mi", "is not a quantity"),
        (str(KEY), "pods 2", "at least one measure"),
        (str(KEY), "cpu 1 2, pods two", "invalid literal"),
        (str(KEY), "cpu 1 2, pods 0", "at least one pod"),
        (str(KEY), "cpu 1 2, hours 337", "at most two weeks"),
        (str(KEY), "cpu 1 2, hours 99999999999999", "too large"),
        (str(KEY), "!nothing", "there is no reason nothing"),
    ],
)
def test_a_row_that_says_nothing_measurable_is_named(name: str, row: str, said: str) -> None:
    with pytest.raises(InvalidRow, match=said) as caught:
        ScriptedUsage({name: row})
    assert name in str(caught.value)


def test_codemods_of_one_run_ask_once_about_each_container() -> None:
    source = ScriptedUsage({str(KEY): "cpu 1 2"})
    steps: list[tuple[int, int]] = []
    remembered = Remembered(source, lambda done, total: steps.append((done, total)))
    first = remembered.usage([KEY])
    assert set(remembered.usage([OTHER, KEY])) == {OTHER, KEY}
    assert remembered.usage([KEY]) == first
    assert remembered.usage([]) == {}
    assert source.asked == [KEY, OTHER]
    assert steps == [(1, 1), (1, 1)]
    assert set(remembered.answers) == {KEY, OTHER}


def test_nothing_is_saved_where_nobody_is_asked() -> None:
    assert Measurements(None, None, pytest.fail).save()
    assert Measurements(Remembered(ScriptedUsage({})), None, pytest.fail).save()
