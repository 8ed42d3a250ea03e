"""The text of the queries: nothing in it can be taken for something else, and it asks for no more than it must."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from refactor.metrics.batches import Batch, pack
from refactor.metrics.queries import MEASURES, OWNERS, Scope, Window, duration, escape, owner_queries, plan_query, usage_queries
from refactor.metrics.usage import ContainerKey

WINDOW = Window.before(datetime(2026, 1, 27, 12, 1, tzinfo=UTC), timedelta(days=14), timedelta(minutes=5))


def test_each_measure_has_its_query() -> None:
    scope = Scope(("shop",), ("app",))
    assert tuple(usage_queries(scope, WINDOW)) == MEASURES
    assert tuple(owner_queries(scope, WINDOW)) == OWNERS


def test_a_query_as_a_whole() -> None:
    queries = usage_queries(Scope(("ops", "shop"), ("app", "db"), ("api-.*",), {"cluster": "prod"}), WINDOW)
    matchers = '{namespace=~"ops|shop",container=~"app|db",pod=~"api-.*",cluster="prod"}'
    assert queries["cpu_p99"] == (
        "quantile_over_time(0.99, (max by (namespace, pod, container) "
        f"(sum without (cpu) (rate(container_cpu_usage_seconds_total{matchers}[5m]))))[14d:5m])"
    )
    assert queries["memory_peak"] == (
        f"max by (namespace, pod, container) (max_over_time(container_memory_working_set_bytes{matchers}[14d]))"
    )


def test_the_plan_looks_at_few_instants() -> None:
    assert plan_query(Scope(("shop",), ("app",)), WINDOW).endswith("[14d:14h])")


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ('a"b', r'"a\"b"'),
        ("a\\b", r'"a\\b"'),
        ("a\nb", r'"a\nb"'),
        ('"} or up{x="', r'"\"} or up{x=\""'),
    ],
)
def test_a_name_cannot_leave_its_quotes(name: str, quoted: str) -> None:
    for query in usage_queries(Scope((name,), ("app",)), WINDOW).values():
        assert f"namespace={quoted},container" in query


def test_names_are_not_taken_for_patterns() -> None:
    assert escape("a.b+c-d") == r"a\.b\+c-d"
    query = plan_query(Scope(("a.b", "c|d"), ("app",)), WINDOW)
    assert r'namespace=~"a\\.b|c\\|d"' in query


@pytest.mark.parametrize(("seconds", "text"), [(1209600, "14d"), (7200, "2h"), (300, "5m"), (90, "90s"), (93600, "26h")])
def test_durations(seconds: int, text: str) -> None:
    assert duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize("now", [1769515200, 1769515201, 1769515499, 1769515500])
def test_a_window_ends_off_the_instants_and_has_a_whole_number_of_them(now: int) -> None:
    window = Window.before(datetime.fromtimestamp(now, UTC), timedelta(days=1), timedelta(minutes=5))
    end = int(window.end.timestamp())
    assert now - 300 <= end < now
    assert len([at for at in range(end - 86400, end + 1) if at % 300 == 0]) == window.instants == 288


# Batches


def key(namespace: str, workload: str, container: str = "app") -> ContainerKey:
    return ContainerKey(namespace, "Deployment", workload, container)


def test_a_batch_of_namespaces_is_halved_by_them_and_one_namespace_by_its_workloads() -> None:
    one, other, third = key("a", "x"), key("b", "y"), key("b", "z")
    first, second = Batch((one, other, third)).split()
    assert (first, second) == (Batch((one,)), Batch((other, third)))
    assert second.split() == (Batch((other,), narrow=True), Batch((third,), narrow=True))
    assert first.split() == (Batch((one,), narrow=True),)
    assert Batch((one,), narrow=True).split() == ()


def test_containers_of_one_workload_stay_together() -> None:
    assert Batch((key("a", "x", "app"), key("a", "x", "sidecar")), narrow=True).split() == ()


def test_a_narrow_batch_asks_for_pods_by_name() -> None:
    batch = Batch((key("a", "x.y"), ContainerKey("a", "Pod", "single", "app")))
    assert batch.scope({}) == Scope(("a",), ("app",), (), {})
    assert Batch(batch.keys, narrow=True).scope({}).pods == ("single", r"x\.y-.*")


@pytest.mark.parametrize(
    ("series", "parts"),
    [
        ({}, ["abcd"]),
        ({"a": 5, "b": 5, "c": 5, "d": 5}, ["ab", "cd"]),
        ({"a": 10, "b": 1, "c": 9, "d": 1}, ["a", "bc", "d"]),
        ({"a": 1, "b": 99, "c": 1, "d": 1}, ["a", "b", "cd"]),
        ({"a": 2, "b": 3, "c": 4, "d": 1, "unasked": 99}, ["abcd"]),
    ],
)
def test_namespaces_are_put_together_up_to_the_bound(series: dict[str, float], parts: list[str]) -> None:
    batch = Batch(tuple(key(namespace, "x") for namespace in "abcd"))
    packed = list(pack(batch, series, 10))
    assert ["".join(part.namespaces) for part, _ in packed] == parts
    assert sorted(each for part, _ in packed for each in part.keys) == list(batch.keys)
    assert all(count <= 10 or len(part.namespaces) == 1 for part, count in packed)
