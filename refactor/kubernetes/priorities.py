"""Priority classes: which there are, and whether one is lower than what pods have without any.

Kubernetes documentation, "Pod Priority and Preemption": a pod without a class has the priority of the class with ``globalDefault``, or 0.
"""

from __future__ import annotations

from refactor.kubernetes.nodes import Node
from refactor.kubernetes.objects import KubernetesObject
from refactor.kubernetes.workloads import Workloads

_BUILT_IN = ("system-cluster-critical", "system-node-critical")


def doubts(workloads: Workloads, name: str) -> tuple[str, ...]:
    """What to look at before pods get a class that is meant to be lower than that of others."""
    classes = workloads.objects.of_kind("PriorityClass")
    named = [c for c in classes if c.name.text == name]
    if name in _BUILT_IN:
        return (f"{name} is among the highest priorities that there are",)
    if not named:
        return (f"no PriorityClass {name} is in the code: pods that name one that does not exist are refused",)
    value = _number(named[0].root)
    usual = next((_number(c.root) for c in classes if _is_default(c)), 0)
    if value is not None and usual is not None and value >= usual:
        return (f"PriorityClass {name} has the value {value}, which is not lower than the {usual} of pods without a class",)
    return ()


def _is_default(found: KubernetesObject) -> bool:
    return found.root.text("globalDefault") == "true"


def _number(node: Node) -> int | None:
    text = node.text("value")
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None
