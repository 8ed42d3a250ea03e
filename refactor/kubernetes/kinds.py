"""Kinds of Kubernetes objects, the Terraform resource types that make them, and what plan shows when a pod template changes.

Sources: the resource documentation of hashicorp/kubernetes (old names, and those with ``_v1``, ``_v1beta1``, ``_v2``, ``_v2beta2``), and
the Kubernetes API reference. A job's pod template is immutable (``ForceNew`` in the provider, and by the API).
"""

from __future__ import annotations

from dataclasses import dataclass

from refactor.codemod import EffectKind

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkloadKind:
    """A kind that makes pods.

    ``template`` are the keys that lead to the pod template (Pod: the object itself); ``effect`` is what plan shows when that changes.
    ``long_running``: its containers are meant to run until they are stopped. ``scalable``: it has ``spec.replicas``.
    """

    name: str
    template: Path
    effect: EffectKind
    long_running: bool = True
    scalable: bool = False


_SPEC = ("spec", "template")
WORKLOADS: dict[str, WorkloadKind] = {
    k.name: k
    for k in (
        WorkloadKind("Deployment", _SPEC, EffectKind.ROLLOUT, scalable=True),
        WorkloadKind("StatefulSet", _SPEC, EffectKind.ROLLOUT, scalable=True),
        WorkloadKind("DaemonSet", _SPEC, EffectKind.ROLLOUT),
        WorkloadKind("ReplicaSet", _SPEC, EffectKind.UPDATE, scalable=True),
        WorkloadKind("ReplicationController", _SPEC, EffectKind.UPDATE, scalable=True),
        WorkloadKind("Pod", (), EffectKind.REPLACE),
        WorkloadKind("Job", _SPEC, EffectKind.REPLACE, long_running=False),
        WorkloadKind("CronJob", ("spec", "jobTemplate", "spec", "template"), EffectKind.UPDATE, long_running=False),
    )
}

_BASES = {
    "deployment": "Deployment",
    "replica_set": "ReplicaSet",
    "replication_controller": "ReplicationController",
    "stateful_set": "StatefulSet",
    "daemonset": "DaemonSet",
    "daemon_set": "DaemonSet",
    "pod": "Pod",
    "job": "Job",
    "cron_job": "CronJob",
    "service": "Service",
    "ingress": "Ingress",
    "namespace": "Namespace",
    "persistent_volume": "PersistentVolume",
    "persistent_volume_claim": "PersistentVolumeClaim",
    "pod_disruption_budget": "PodDisruptionBudget",
    "horizontal_pod_autoscaler": "HorizontalPodAutoscaler",
    "limit_range": "LimitRange",
    "resource_quota": "ResourceQuota",
    "priority_class": "PriorityClass",
}
_VERSIONS = ("", "_v1", "_v1beta1", "_v2", "_v2beta2")

TYPES: dict[str, str] = {f"kubernetes_{base}{version}": kind for base, kind in _BASES.items() for version in _VERSIONS}
"""Terraform resource type to the kind that its blocks describe."""

MANIFESTS: dict[str, str] = {
    "kubernetes_manifest": "manifest",
    "kubectl_manifest": "yaml_body",
    "kubectl_server_version_manifest": "yaml_body",
}
"""Resource types that hold a whole object, as an HCL value or as YAML, and the attribute that holds it."""

CHARTS = ("helm_release",)
"""Resource types that install charts, whose workloads the code does not show."""
