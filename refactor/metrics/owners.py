"""Which workload a pod belongs to: by what kube-state-metrics says, else by how Kubernetes names pods. Pure.

Names are made by the API server and the controllers: a generated name is its base, cut to 58 characters, and five letters and digits
(k8s.io/apiserver, ``names.SimpleNameGenerator``) of an alphabet without vowels (k8s.io/apimachinery, ``rand.String``); a Deployment's
ReplicaSet is its name, a dash and up to ten of the same alphabet (``ComputeHash``); a StatefulSet's pod ends in its ordinal; a CronJob's
Job in the minutes (before Kubernetes 1.21: seconds) since 1970.

Names alone can mislead. Of several workloads that a name fits, the one with the longest name has the pod; if they are of one name, none has
it. What is left: a workload that nobody asked about may have pods that look like those of another. With the container's name, which must
be the same too, that takes a DaemonSet ``api-w6x9z2`` beside a Deployment ``api``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from refactor.metrics.queries import escape
from refactor.metrics.usage import ContainerKey, WorkloadKind

_CUT = 58
_LONGEST = 63
_SAFE = "[bcdfghjklmnpqrstvwxz2456789]"
_SUFFIX = re.compile(f"{_SAFE}{{5}}")
_HASH = f"{_SAFE}{{6,10}}"  # a hash has ten digits or fewer, and below six in one of 40,000 cases
_MINUTES = "[0-9]{8,10}"
_TAIL = {
    # What stands between the workload's name and the five random characters.
    "Deployment": re.compile(f"-{_HASH}-"),
    "CronJob": re.compile(f"-{_MINUTES}-"),
    "DaemonSet": re.compile("-"),
    "ReplicaSet": re.compile("-"),
    "ReplicationController": re.compile("-"),
    "Job": re.compile("-(?:[0-9]{1,5}-)?"),  # with the index of an Indexed Job
}
_TAIL_LETTERS = re.compile("[a-z0-9-]*")
_ORDINAL = re.compile("-[0-9]{1,4}")
_OF_DEPLOYMENT = re.compile(f"(.+)-{_HASH}")
_OF_CRONJOB = re.compile(f"(.+)-{_MINUTES}")
_NOBODY = frozenset({"", "<none>", "Node"})  # a bare pod; one that a node's own files make

Workload = tuple[WorkloadKind, str]


def may_be_named(kind: WorkloadKind, workload: str, pod: str) -> bool:
    """Whether Kubernetes may have given the name ``pod`` to a pod of this workload."""
    if kind == "Pod":
        return pod == workload
    if kind == "StatefulSet":
        return pod.startswith(workload) and _ORDINAL.fullmatch(pod[len(workload) :]) is not None
    base, suffix = pod[:-5], pod[-5:]
    if _SUFFIX.fullmatch(suffix) is None:
        return False
    if base.startswith(workload) and _TAIL[kind].fullmatch(base[len(workload) :]):
        return True
    # The base was cut. What is left of the tail can't be told from anything else, so it only has to be of the same letters.
    if len(pod) != _LONGEST or len(f"{workload}-") + (0 if kind in ("DaemonSet", "ReplicaSet", "ReplicationController") else 11) <= _CUT:
        return False
    stem = f"{workload}-"[:_CUT]
    return base.startswith(stem) and _TAIL_LETTERS.fullmatch(base[len(stem) :]) is not None


def pod_pattern(kind: WorkloadKind, workload: str) -> str:
    """Return a regular expression (RE2, for a whole name) that fits all pods of the workload, and may fit others."""
    return escape(workload) if kind == "Pod" else escape(f"{workload}-"[:_CUT]) + ".*"


@dataclass(frozen=True, slots=True)
class Owners:
    """What kube-state-metrics says, by namespace and name: ``pods`` to the kind and name of their owner, ``replicasets`` to Deployments,
    ``jobs`` to CronJobs. Empty where there is no kube-state-metrics."""

    pods: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    replicasets: Mapping[tuple[str, str], str] = field(default_factory=dict)
    jobs: Mapping[tuple[str, str], str] = field(default_factory=dict)


class Assignment:
    """Finds the workload of a pod among those that were asked for."""

    def __init__(self, keys: Iterable[ContainerKey], owners: Owners) -> None:
        self._owners = owners
        self._wanted: dict[str, set[Workload]] = {}
        for key in keys:
            self._wanted.setdefault(key.namespace, set()).add((key.kind, key.workload))

    def workload(self, namespace: str, pod: str) -> Workload | None:
        """Return whose pod this is, or None: that of none that was asked for, or there is no telling."""
        wanted = self._wanted.get(namespace, set())
        owner = self._owners.pods.get((namespace, pod))
        if owner is not None:
            owning = self._owning(namespace, pod, *owner)
            return next((each for each in sorted(wanted) if each in owning), None)
        fitting = [each for each in wanted if may_be_named(*each, pod)]
        longest = max((len(name) for _, name in fitting), default=0)
        best = [each for each in fitting if len(each[1]) == longest]
        return best[0] if len(best) == 1 else None

    def _owning(self, namespace: str, pod: str, kind: str, name: str) -> list[tuple[str, str]]:
        """The owner, and the owner's owner: known, or, where the owner is not, by its name."""
        if kind in _NOBODY:
            return [("Pod", pod)]
        found = [(kind, name)]
        if kind == "ReplicaSet":
            found += _above("Deployment", self._owners.replicasets.get((namespace, name)), _OF_DEPLOYMENT.fullmatch(name))
        elif kind == "Job":
            found += _above("CronJob", self._owners.jobs.get((namespace, name)), _OF_CRONJOB.fullmatch(name))
        return found


def _above(kind: str, known: str | None, by_name: re.Match[str] | None) -> list[tuple[str, str]]:
    if known is not None:
        return [(kind, known)]
    return [(kind, by_name[1])] if by_name else []
