"""The text of a new PodDisruptionBudget: what decides its name, place and pods is copied from its workload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from refactor.codemod import FileEdits
from refactor.edits import Change
from refactor.hcl.expressions import Tuple
from refactor.hcl.insert import insert_block
from refactor.kubernetes.budgets import TYPE, Policy, all_budgets, selector_of
from refactor.kubernetes.nodes import Field, Node, Typed, Valued
from refactor.kubernetes.obstacles import bound
from refactor.kubernetes.overlaps import of_instances, of_names, of_workloads
from refactor.kubernetes.providers import lacks
from refactor.kubernetes.volumes import Sharing, volumes
from refactor.kubernetes.workloads import NOT_REWRITTEN, Workload, Workloads
from refactor.kubernetes.writing import copied, verbatim
from refactor.project.modules import is_override
from refactor.project.values import Unknown
from refactor.reasons import Reason

SINCE = (2, 7)
"""The version of hashicorp/kubernetes that has :data:`TYPE` first: its guide "Versioned resource names", and CHANGELOG.md, 2.7.0."""


@dataclass(frozen=True, slots=True)
class NewBudget:
    """The edits that add a budget behind its workload, and the address of its resource."""

    address: str
    edits: FileEdits
    text: str


def new_budget(workloads: Workloads, workload: Workload, policy: Policy) -> NewBudget | Unknown:
    """A budget for a workload that none selects, in the same file, with the workload's own name, namespace, selector, ``count`` and so on.

    Its label is the resource's, with something added where the module has that.
    """
    refused = _refused(workloads, workload) or lacks(workloads.project, workload, SINCE)
    if refused is not None:
        return refused
    text = budget_text(workload, policy, label := _label(workloads, workload))
    if isinstance(text, Unknown):
        return text
    address = f"{TYPE}.{label}"
    document = workload.resource.parent.document
    edits = insert_block(document.body, text, after=workload.resource)
    return NewBudget(address, FileEdits(document.path, tuple(edits), (Change(address, None, text),)), text)


def _refused(workloads: Workloads, workload: Workload) -> Unknown | None:
    """Why a budget with the workload's selector and name is not wanted."""
    if is_override(workload.object.path):
        return Unknown(Reason.REPORT_ONLY, "an override file adds no resources")
    if workload.unknown is not None:
        return workload.unknown
    selector = selector_of(workload)
    if selector is None or selector.is_empty:
        return Unknown(Reason.NO_VALUE, "no selector is written")
    return (
        _bound(workloads, workload)
        or of_instances(workload)
        or of_workloads(workloads, workload, selector)
        or of_names(workloads, workload)
    )


def _bound(workloads: Workloads, workload: Workload) -> Unknown | None:
    """What keeps all pods on one node: there a budget would block the drain, for the pod that replaces the first one gone has no place."""
    tie = next((o.text for o in bound(workload)), None) or next(
        (f"{v.text} is on one node" for v in volumes(workloads, workload) if v.sharing is Sharing.ONE), None
    )
    return (
        Unknown(Reason.UNSAFE_VALUE, f"{tie}: the first pod that is evicted finds no other, and the drain would wait for ever")
        if tie
        else None
    )


def _label(workloads: Workloads, workload: Workload) -> str:
    """A label for the new resource that no budget of the module has, nor that of another workload will want."""
    type_, label = workload.resource.labels
    module = workload.object.module
    peers = (w.resource for w in workloads.by_module[module.directory] if w.kind.scalable)
    others = {r.labels[1] for r in peers if r is not workload.resource}
    there = {b.address for b in all_budgets(workloads) if b.module.directory == module.directory}  # those of JSON files too
    if label in others:
        label = f"{label}_{type_.removeprefix('kubernetes_')}"
    while label in others or f"{TYPE}.{label}" in there or module.block("resource", TYPE, label) is not None:
        label = f"{label}_pdb"
    return label


def budget_text(workload: Workload, policy: Policy, label: str) -> str | Unknown:
    """The resource, at indentation zero; or what keeps it from being copied from the workload."""
    metadata = workload.object.metadata
    selector = _selector_text(workload)
    if isinstance(selector, Unknown):
        return selector
    if metadata is None or metadata.unknown is not None or metadata.repeated:
        return Unknown(Reason.NOT_LITERAL, "the metadata is not written out in the resource")
    lines = [f'resource "{TYPE}" "{label}" {{']
    meta = _meta(workload)
    lines += [*_shifted(meta), ""] if meta else []
    named = _metadata(metadata)
    if isinstance(named, Unknown):
        return named
    lines += ["  metadata {", *_shifted(_shifted(named)), "  }", "", "  spec {", f"    {policy}", ""]
    return "\n".join([*lines, *_shifted(_shifted(selector)), "  }", "}"])


def _meta(workload: Workload) -> list[str]:
    """Meta-arguments that decide how many there are of it, by which provider, and after which namespace."""
    body = workload.resource.body
    lines: list[str] = []
    for name in ("provider", "count", "for_each"):
        attribute = body.attribute(name)
        if attribute is not None:
            lines += f"{name} = {copied(body.document, attribute.expression).text}".split("\n")
    attribute = body.attribute("depends_on")
    listed = attribute.expression if attribute is not None else None
    elements = [body.document.text(e.span) for e in listed.elements] if isinstance(listed, Tuple) else []
    namespaces = [e for e in elements if e.startswith(_MAKERS)]
    if namespaces and not _refers_to_one(workload.object.named("namespace")):
        lines.append(f"depends_on = [{', '.join(namespaces)}]")
    return lines


_MAKERS = ("kubernetes_namespace", "module.")
"""What may make the namespace of a workload."""


def _refers_to_one(plain: Field | None) -> bool:
    """Whether a namespace is written as a reference to what makes it, which Terraform then makes first anyway."""
    return plain is not None and plain.source.startswith(_MAKERS)


def _metadata(metadata: Node) -> list[str] | Unknown:
    lines: list[str] = []
    for field, name in (("name", "name"), ("generateName", "generate_name"), ("namespace", "namespace")):
        plain = metadata.field(field)
        if plain is None:
            continue
        if plain.expression is None:
            return NOT_REWRITTEN
        lines += f"{name} = {copied(plain.scope.document, plain.expression).text}".split("\n")
    if not lines or lines[0].startswith("namespace"):
        return Unknown(Reason.NO_VALUE, "the workload has no name in the code")
    return lines


def _selector_text(workload: Workload) -> list[str] | Unknown:
    """The ``selector`` block: a typed resource's own, or made of a manifest's."""
    spec = workload.spec
    if spec is None or spec.unknown is not None:
        return NOT_REWRITTEN
    if workload.kind.name == "ReplicationController":
        plain = spec.field("selector")
        if plain is None or plain.expression is None:
            return NOT_REWRITTEN
        return _selector_block(f"match_labels = {copied(plain.scope.document, plain.expression).text}".split("\n"))
    node = spec.child("selector")
    if isinstance(node, Typed) and node.body.block is not None:
        if node.repeated:
            return Unknown(Reason.NOT_LITERAL, "the selector is made by a dynamic block")
        return verbatim(node.scope.document, node.body.block.span).split("\n")
    if not isinstance(node, Valued) or node.written is None:
        return NOT_REWRITTEN
    return _selector_of_object(node)


def _selector_of_object(node: Valued) -> list[str] | Unknown:
    lines: list[str] = []
    plain = node.field("matchLabels")
    if plain is not None:
        if plain.expression is None:
            return NOT_REWRITTEN
        lines += f"match_labels = {copied(plain.scope.document, plain.expression).text}".split("\n")
    for expression in node.children("matchExpressions"):
        written = [_written(expression, name) for name in ("key", "operator", "values")]
        if not isinstance(expression, Valued) or expression.written is None:
            return NOT_REWRITTEN
        lines += ["", "match_expressions {", *_shifted([line for lines in written for line in lines]), "}"]
    return _selector_block(lines)


def _written(node: Node, name: str) -> list[str]:
    plain = node.field(name)
    if plain is None or plain.expression is None:
        return []
    return f"{name} = {copied(plain.scope.document, plain.expression).text}".split("\n")


def _selector_block(lines: Sequence[str]) -> list[str]:
    return ["selector {", *_shifted(lines), "}"]


def _shifted(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" if line else line for line in lines]
