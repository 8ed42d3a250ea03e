"""Usage from a Prometheus-compatible server: Prometheus, Thanos, Mimir, VictoriaMetrics."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from refactor.metrics.answers import Sample
from refactor.metrics.api import PrometheusApi
from refactor.metrics.batches import Batch, pack
from refactor.metrics.combine import Measured, combine
from refactor.metrics.config import PrometheusConfig
from refactor.metrics.owners import Assignment, Owners
from refactor.metrics.queries import Window, duration, owner_queries, plan_query, usage_queries
from refactor.metrics.usage import ContainerKey, NoUsage, Progress, Usage
from refactor.reasons import Reason

MAX_QUERY = 12_000
"""Characters of one query. VictoriaMetrics takes 16 KiB (``-search.maxQueryLen``), and the longest query has its matchers twice."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def open_usage(
    config: PrometheusConfig,
    *,
    env: Mapping[str, str],
    now: Callable[[], datetime] = _utc_now,
    warn: Callable[[str], None] | None = None,
) -> Iterator[PrometheusUsage]:
    """Give the usage of one run, and close its connection after it. ``env`` says which proxy and which certificates (``os.environ``)."""
    with PrometheusApi(config, env=env, now=now, warn=warn) as api:
        yield PrometheusUsage(api)


@dataclass(frozen=True, slots=True)
class _Answers:
    """What one batch got: the numbers of each pod, and who made which pod."""

    measured: Measured
    owners: Owners


class PrometheusUsage:
    """Measures containers: one query for each measure and batch, with batches as large as ``max_points`` and the server allow.

    A first, cheap query says how many series each namespace has, and by that they are put together. What the server still calls too much
    is asked in halves: of the namespaces, then of the workloads of one namespace, whose pods are then asked for by name.
    """

    def __init__(self, api: PrometheusApi) -> None:
        self.api = api
        self._config = api.config

    def usage(self, containers: Collection[ContainerKey], *, progress: Progress | None = None) -> dict[ContainerKey, Usage | NoUsage]:
        """See :class:`refactor.metrics.usage.UsageSource`. All numbers are of one window, that ends now."""
        results: dict[ContainerKey, Usage | NoUsage] = {}
        keys = tuple(sorted(set(containers)))
        if not keys:
            return results
        window = Window.before(self.api.now(), self._config.window, self._config.step)
        for batch, answers in self._work(Batch(keys), window):
            if isinstance(answers, NoUsage):
                results |= dict.fromkeys(batch.keys, answers)
            else:
                results |= self._usage(batch, answers, window)
            if progress is not None:
                progress(len(results), len(keys))
        return results

    def _work(self, batch: Batch, window: Window) -> Iterator[tuple[Batch, _Answers | NoUsage]]:
        series = self._series(batch, window)
        if isinstance(series, NoUsage):
            yield from self._smaller(batch, series, window)
            return
        most = self._config.max_points / window.instants
        for part, count in pack(batch, series, most):
            if count > most:
                points = f"about {min(count * window.instants, 10**15):,.0f} points, and one query may be about {self._config.max_points:,}"
                answers: _Answers | NoUsage = NoUsage(Reason.METRICS_LIMIT, f"{self.api.label} has {points}")
            else:
                answers = self._ask(part, window)
            if isinstance(answers, NoUsage):
                yield from self._smaller(part, answers, window)
            else:
                yield part, answers

    def _smaller(self, batch: Batch, failure: NoUsage, window: Window) -> Iterator[tuple[Batch, _Answers | NoUsage]]:
        parts = batch.split() if failure.reason is Reason.METRICS_LIMIT else ()
        if not parts:
            yield batch, failure
        for part in parts:
            yield from self._work(part, window)

    def _series(self, batch: Batch, window: Window) -> dict[str, float] | NoUsage:
        """How many series each namespace of the batch has."""
        scope = batch.scope(self._config.labels)
        if max(map(len, usage_queries(scope, window).values())) > MAX_QUERY:
            return NoUsage(Reason.METRICS_LIMIT, f"the query would be longer than {MAX_QUERY} characters")
        samples = self.api.query(plan_query(scope, window), window.end)
        if isinstance(samples, NoUsage):
            return samples
        return {sample.labels.get("namespace", ""): sample.value for sample in samples}

    def _ask(self, batch: Batch, window: Window) -> _Answers | NoUsage:
        scope = batch.scope(self._config.labels)
        measured = Measured()
        for measure, query in usage_queries(scope, window).items():
            samples = self.api.query(query, window.end)
            if isinstance(samples, NoUsage):
                return samples
            for sample in samples:
                pod = (_label(sample, "namespace"), _label(sample, "pod"), _label(sample, "container"))
                measured.add(measure, pod, sample.value)
        owners = self._owners(batch, window) if measured.pods else Owners()
        return owners if isinstance(owners, NoUsage) else _Answers(measured, owners)

    def _owners(self, batch: Batch, window: Window) -> Owners | NoUsage:
        queries = owner_queries(batch.scope(self._config.labels), window)
        wanted = {key.kind for key in batch.keys}
        answers: dict[str, tuple[Sample, ...]] = {"pods": (), "replicasets": (), "jobs": ()}
        for name, query in queries.items():
            if name == "pods" or (answers["pods"] and {"replicasets": "Deployment", "jobs": "CronJob"}[name] in wanted):
                samples = self.api.query(query, window.end)
                if isinstance(samples, NoUsage):
                    return samples
                answers[name] = samples
        return Owners(
            {
                (_label(sample, "namespace"), _label(sample, "pod")): (_label(sample, "owner_kind"), _label(sample, "owner_name"))
                for sample in answers["pods"]
            },
            {(_label(each, "namespace"), _label(each, "replicaset")): _label(each, "owner_name") for each in answers["replicasets"]},
            {(_label(each, "namespace"), _label(each, "job_name")): _label(each, "owner_name") for each in answers["jobs"]},
        )

    def _usage(self, batch: Batch, answers: _Answers, window: Window) -> dict[ContainerKey, Usage | NoUsage]:
        assignment, measured = Assignment(batch.keys, answers.owners), answers.measured
        pods: dict[ContainerKey, list[dict[str, float]]] = {}
        odd: set[ContainerKey] = set()
        for pod in measured.pods.keys() | measured.odd:
            namespace, name, container = pod
            workload = assignment.workload(namespace, name)
            if workload is not None:
                key = ContainerKey(namespace, *workload, container)
                pods.setdefault(key, []).append(measured.pods.get(pod, {}))
                odd |= {key} if pod in measured.odd else set()
        known = {namespace for namespace, _, _ in measured.pods}
        return {
            key: combine(pods.get(key, ()), window) or self._nothing(key, window, known=key.namespace in known, odd=key in odd)
            for key in batch.keys
        }

    def _nothing(self, key: ContainerKey, window: Window, *, known: bool, odd: bool) -> NoUsage:
        if odd:
            what = f"only numbers that are none (NaN, infinite or below zero) of container {key.container} of {key.kind} {key.workload}"
        elif known:
            what = f"no container {key.container} in pods of {key.kind} {key.workload}"
        else:
            what = "none of the containers asked for"
        return NoUsage(Reason.NO_DATA, f"{self.api.label} knows {what} in namespace {key.namespace} in the last {duration(window.length)}")


def _label(sample: Sample, name: str) -> str:
    return sample.labels.get(name, "")
