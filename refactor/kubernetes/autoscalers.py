"""What sets or reads a container's requests while it runs: VerticalPodAutoscalers and HorizontalPodAutoscalers.

Sources: kubernetes/autoscaler, vertical-pod-autoscaler, docs/api.md (``updateMode`` is ``Auto`` where it is not written; a container's
policy can be ``Off``); Kubernetes documentation, "Horizontal Pod Autoscaling": utilization is a percentage of the request, and without one
"the autoscaler will not take any action for that metric".
"""

from __future__ import annotations

from collections.abc import Iterator

from refactor.kubernetes.nodes import Node
from refactor.kubernetes.objects import KubernetesObject, Objects
from refactor.kubernetes.replicas import scales
from refactor.kubernetes.workloads import Container, Workload, Workloads
from refactor.project.project import Project

_DEFAULT_TARGET = 80  # per cent of the CPU request, where a HorizontalPodAutoscaler names no metric


class Autoscalers:
    """The autoscalers of a project. Get it by ``project.view(Autoscalers)``."""

    def __init__(self, project: Project) -> None:
        objects = project.view(Workloads).objects
        self.vertical = tuple(_all(objects, "VerticalPodAutoscaler", "targetRef"))
        self.horizontal = tuple(_all(objects, "HorizontalPodAutoscaler", "scaleTargetRef"))

    def sets(self, container: Container) -> str:
        """The address of the VerticalPodAutoscaler that sets the container's requests; empty if none does."""
        names = container.name.texts if container.name is not None else ()
        for scaler, target in self.vertical:
            if scales(scaler, target, container.workload) and _updates(scaler.root.at("spec"), names):
                return scaler.address
        return ""

    def targets(self, workload: Workload) -> dict[str, tuple[int, str]]:
        """``cpu`` and ``memory``, where a HorizontalPodAutoscaler scales by it: to how many per cent of the request, and its address."""
        found: dict[str, tuple[int, str]] = {}
        for scaler, target in self.horizontal:
            if scales(scaler, target, workload):
                for name, percent in _percentages(scaler.root.at("spec")):
                    found.setdefault(name, (percent, scaler.address))
        return found


def _all(objects: Objects, kind: str, reference: str) -> Iterator[tuple[KubernetesObject, Node]]:
    for scaler in objects.everywhere(kind):
        target = scaler.root.at("spec", reference)
        if target is not None:
            yield scaler, target


def _updates(spec: Node | None, names: tuple[str, ...]) -> bool:
    """Whether a VerticalPodAutoscaler does more than recommend for a container of these names."""
    if spec is None:
        return False
    policy = spec.at("updatePolicy")
    if policy is not None and policy.text("updateMode") == "Off":
        return False
    modes = {p.text("containerName"): p.text("mode") for p in (spec.at("resourcePolicy") or spec).children("containerPolicies")}
    return any(modes.get(name, modes.get("*")) != "Off" for name in names) or not names


def _percentages(spec: Node | None) -> Iterator[tuple[str, int]]:
    """Targets of a HorizontalPodAutoscaler: of ``autoscaling/v1``, and of v2."""
    if spec is None:
        return
    old = spec.text("targetCPUUtilizationPercentage") or spec.text("targetCpuUtilizationPercentage")
    metrics = spec.children("metrics")
    if old is not None and old.isdecimal():
        yield "cpu", int(old)
    elif not metrics and not {"targetCPUUtilizationPercentage", "targetCpuUtilizationPercentage", "metrics"} & set(spec.names()):
        yield "cpu", _DEFAULT_TARGET
    for metric in metrics:
        resource = metric.child("resource") or metric.child("containerResource")
        target = resource.child("target") if resource is not None else None
        percent = target.text("averageUtilization") if target is not None else None
        name = resource.text("name") if resource is not None else None
        if name is not None and percent is not None and percent.isdecimal():
            yield name, int(percent)
