"""How the pods of a workload are kept apart: what the code says, and what to add.

Kubernetes documentation, "Assigning Pods to Nodes" (inter-pod anti-affinity) and "Pod Topology Spread Constraints". Terms select pods by
labels, so those of a workload are selected by its own selector, copied as it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from refactor.codemod import FileEdits
from refactor.kubernetes.nodes import Node, Typed
from refactor.kubernetes.selectors import Answer, label_selector
from refactor.kubernetes.workloads import Workload
from refactor.kubernetes.writing import NotWritable, Source, Tree, copied, put
from refactor.project.values import Unknown
from refactor.reasons import Reason

Style = Literal["anti-affinity", "required-anti-affinity", "topology-spread", "none"]
STYLES: tuple[Style, ...] = ("anti-affinity", "required-anti-affinity", "topology-spread", "none")

_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_CONSTRAINTS = "topologySpreadConstraints"
_HEAVIEST = 100  # weights go from 1 to 100


def is_spread(workload: Workload) -> Answer:
    """Whether anything keeps pods of the workload apart; None where there may be something that the code does not say."""
    if workload.pod is None:
        return None
    answers = list(_answers(workload, workload.pod))
    return True if True in answers else None if None in answers else False


def _answers(workload: Workload, pod: Node) -> Iterator[Answer]:
    for name in ("affinity", _CONSTRAINTS):
        if pod.has(name) is None:
            yield None
    for constraint in pod.children(_CONSTRAINTS):
        yield _selects(workload, constraint)
    anti = pod.at("affinity", "podAntiAffinity")
    if anti is None:
        affinity = pod.child("affinity")
        yield None if affinity is not None and affinity.has("podAntiAffinity") is None else False
        return
    for name in (_PREFERRED, _REQUIRED):
        if anti.has(name) is None and anti.unknown is not None:
            yield None
        for term in anti.children(name):
            inner = term.child("podAffinityTerm") if name == _PREFERRED else term
            yield None if inner is None else _selects(workload, inner)


def _selects(workload: Workload, term: Node) -> Answer:
    """Whether a term is about the workload's own pods. One without a selector selects none."""
    if term.unknown is not None:
        return None
    selector = term.child("labelSelector")
    return label_selector(selector).selects(workload.pod_labels) if selector is not None else False


def spread(workload: Workload, style: Style, topology_key: str) -> FileEdits | Unknown:
    """Keep the pods of a workload apart that nothing keeps apart yet: in the blocks that are there, or in new ones."""
    selected = own_labels(workload)
    if isinstance(selected, Unknown):
        return selected
    if workload.pod is None:
        return Unknown(Reason.NO_VALUE, "no pod template is written")
    node = workload.pod
    [(name, tree)] = _tree(style, topology_key, selected).items()
    while isinstance(tree, dict) and (there := node.child(name)) is not None:
        if there.repeated or len(node.children(name)) > 1:
            return Unknown(Reason.NOT_LITERAL, f"{there.address} is made by a loop")
        node, [(name, tree)] = there, tree.items()
    refused = workload.refusal(node, name)
    if refused is not None:
        return refused
    if not isinstance(node, Typed) and name in node.names():
        return Unknown(Reason.NOT_LITERAL, f"{node.address} has a list of {name} already")
    edits = put(node, name, tree)
    return Unknown(edits.reason, edits.detail) if isinstance(edits, NotWritable) else edits


def own_labels(workload: Workload) -> Source | Unknown:
    """The labels by which a workload selects its pods, as they are written."""
    selector = workload.spec.child("selector") if workload.spec is not None else None
    if selector is None:
        return Unknown(Reason.NO_VALUE, "the workload has no selector, whose labels would be copied")
    plain = selector.field("matchLabels")
    if plain is None or plain.expression is None or selector.has("matchExpressions") is not False:
        return Unknown(Reason.NOT_LITERAL, "the workload's selector is more than labels that could be copied")
    return copied(plain.scope.document, plain.expression)


def _tree(style: Style, topology_key: str, selected: Source) -> dict[str, Tree]:
    selector: Tree = {"matchLabels": selected}
    term: Tree = {"topologyKey": topology_key, "labelSelector": selector}
    if style == "topology-spread":
        return {
            _CONSTRAINTS: [{"maxSkew": 1, "topologyKey": topology_key, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": selector}]
        }
    if style == "required-anti-affinity":
        return {"affinity": {"podAntiAffinity": {_REQUIRED: [term]}}}
    return {"affinity": {"podAntiAffinity": {_PREFERRED: [{"weight": _HEAVIEST, "podAffinityTerm": term}]}}}
