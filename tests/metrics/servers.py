"""Answers of metrics servers as a test says them, and how they are asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from refactor.metrics.answers import Sample
from refactor.metrics.api import PrometheusApi
from refactor.metrics.config import PrometheusConfig
from refactor.metrics.usage import NoUsage
from tests.metrics.cluster import NOW, open_source
from tests.support.lookups import Clock
from tests.support.scripted import Answer, Scripted, json_answer

TOKEN = "s3cr3t-t0k3n"
ONE = {"metric": {"namespace": "shop"}, "value": [1769515199, "1.5"]}


def vector(*result: object, **more: object) -> Answer:
    return json_answer({"status": "success", "data": {"resultType": "vector", "result": list(result)}, **more})


def error(status: int, message: str, kind: str = "execution", *headers: tuple[str, str]) -> Answer:
    return json_answer({"status": "error", "errorType": kind, "error": message}, *headers, status=status)


def answers(*given: Answer) -> Iterator[Answer]:
    yield from given
    while True:
        yield given[-1]


@contextmanager
def api(
    config: PrometheusConfig, clock: Clock, *, warnings: list[str] | None = None, env: dict[str, str] | None = None
) -> Iterator[PrometheusApi]:
    warn = warnings.append if warnings is not None else None
    with open_source(config, clock, env=env, warn=warn) as source:
        yield source.api


def ask(server: Scripted, clock: Clock, *, timeout: float = 5.0) -> tuple[Sample, ...] | NoUsage:
    with api(PrometheusConfig(server.url, token=TOKEN, timeout=timeout), clock) as opened:
        return opened.query("up", NOW)


def failure(result: object) -> NoUsage:
    assert isinstance(result, NoUsage), result
    assert TOKEN not in result.detail
    return result
