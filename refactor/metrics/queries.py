"""The PromQL that is asked: one query for each measure, for all containers of a batch. Pure.

The series are cAdvisor's, as the kubelet serves them: ``container_cpu_usage_seconds_total`` (a counter, in seconds) and
``container_memory_working_set_bytes``. Inside each query:

- Several series may stand for one container of one pod: one for each of its restarts (label ``id``), for each CPU (label ``cpu``, on old
  kubelets), for each replica of Prometheus, for each endpoint of the kubelet that serves it. CPUs are added; of the rest the highest
  counts. Adding would count a container twice for the minutes after a restart, since cAdvisor's own timestamps rule out staleness marks.
- Pause containers and the totals of pods and nodes (``container`` is ``POD`` or empty) have no name that is asked for. The label ``image``
  is not looked at: the kubelet's ``/metrics/resource`` has none.
- Quantiles are of instants ``step`` apart, so that a pod counts by the time it ran and not by how often it was scraped. The peak is of
  every sample.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

CPU = "container_cpu_usage_seconds_total"
MEMORY = "container_memory_working_set_bytes"
BY = "by (namespace, pod, container)"

MEASURES = ("cpu_median", "cpu_p99", "cpu_samples", "memory_median", "memory_p99", "memory_peak", "memory_samples", "first", "last")
OWNERS = ("pods", "replicasets", "jobs")

_PLAN_INSTANTS = 24
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")  # RE2; the rest stays plain, so that the server can look names up instead of matching


@dataclass(frozen=True, slots=True)
class Scope:
    """Which series a query is about. ``pods`` are regular expressions of whole names; none of them means all."""

    namespaces: tuple[str, ...]
    containers: tuple[str, ...]
    pods: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """The instants ``end``, ``end - step``, ... as far back as ``length``."""

    end: datetime
    length: timedelta
    step: timedelta

    @classmethod
    def before(cls, now: datetime, length: timedelta, step: timedelta) -> Window:
        """The window that ends shortly before ``now``.

        Prometheus puts the instants of a subquery on multiples of the step, and from version 3 on leaves the window's first instant out.
        The end is a second off such a multiple, so there are ``length / step`` of them in every version.
        """
        seconds = int(step.total_seconds())
        end = int(now.timestamp()) // seconds * seconds - 1
        return cls(datetime.fromtimestamp(end, now.tzinfo), length, step)

    @property
    def instants(self) -> int:
        return self.length // self.step


def usage_queries(scope: Scope, window: Window) -> dict[str, str]:
    """Return the query for each of :data:`MEASURES`; each gives one number for each container of each pod."""
    matchers = _matchers(scope)
    step, length = duration(window.step), duration(window.length)
    instants = f"[{length}:{step}]"
    cpu = f"(max {BY} (sum without (cpu) (rate({CPU}{matchers}[{step}])))){instants}"
    memory = f"(max {BY} ({MEMORY}{matchers})){instants}"
    seen = f"timestamp(max {BY} ({MEMORY}{matchers}) or max {BY} (sum without (cpu) (rate({CPU}{matchers}[{step}])))){instants}"
    return {
        "cpu_median": f"quantile_over_time(0.5, {cpu})",
        "cpu_p99": f"quantile_over_time(0.99, {cpu})",
        "cpu_samples": f"count_over_time({cpu})",
        "memory_median": f"quantile_over_time(0.5, {memory})",
        "memory_p99": f"quantile_over_time(0.99, {memory})",
        "memory_peak": f"max {BY} (max_over_time({MEMORY}{matchers}[{length}]))",
        "memory_samples": f"count_over_time({memory})",
        "first": f"min_over_time({seen})",
        "last": f"max_over_time({seen})",
    }


def owner_queries(scope: Scope, window: Window) -> dict[str, str]:
    """Return the query for each of :data:`OWNERS`: who made which pod, from kube-state-metrics, where there is one.

    Its docs, "Pod Metrics", "ReplicaSet metrics", "Job Metrics".
    """
    length = duration(window.length)
    namespaces = _matcher("namespace", scope.namespaces)
    pods = _braces([namespaces, 'owner_is_controller!="false"', *_pods(scope)], scope.labels)
    replicasets = _braces([namespaces, 'owner_kind="Deployment"'], scope.labels)
    jobs = _braces([namespaces, 'owner_kind="CronJob"'], scope.labels)
    return {
        "pods": f"max by (namespace, pod, owner_kind, owner_name) (max_over_time(kube_pod_owner{pods}[{length}]))",
        "replicasets": f"max by (namespace, replicaset, owner_name) (max_over_time(kube_replicaset_owner{replicasets}[{length}]))",
        "jobs": f"max by (namespace, job_name, owner_name) (max_over_time(kube_job_owner{jobs}[{length}]))",
    }


def plan_query(scope: Scope, window: Window) -> str:
    """Return the query for how many series each namespace has at once, at most: a cheap one, of few instants."""
    steps = max(1, window.instants // _PLAN_INSTANTS)
    return f"max_over_time((count by (namespace) ({MEMORY}{_matchers(scope)}))[{duration(window.length)}:{duration(window.step * steps)}])"


def duration(time: timedelta) -> str:
    """Write a duration in the largest unit that divides it: ``14d``, ``5m``."""
    seconds = int(time.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def escape(text: str) -> str:
    """Return the regular expression that matches ``text`` alone."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def _matchers(scope: Scope) -> str:
    return _braces([_matcher("namespace", scope.namespaces), _matcher("container", scope.containers), *_pods(scope)], scope.labels)


def _braces(matchers: Iterable[str], labels: Mapping[str, str]) -> str:
    return "{" + ",".join([*matchers, *(f"{name}={_quote(value)}" for name, value in sorted(labels.items()))]) + "}"


def _pods(scope: Scope) -> list[str]:
    return [f"pod=~{_quote('|'.join(scope.pods))}"] if scope.pods else []


def _matcher(label: str, values: tuple[str, ...]) -> str:
    if len(values) == 1:
        return f"{label}={_quote(values[0])}"
    return f"{label}=~{_quote('|'.join(map(escape, values)))}"


def _quote(text: str) -> str:
    """A PromQL string: "follows the same escaping rules as Go" ("Querying basics", "String literals")."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
