"""Giving a workload another number of replicas, where its number stands."""

from __future__ import annotations

from refactor.codemod import FileEdits
from refactor.edits import Change, Edit
from refactor.hcl.addresses import address_at
from refactor.hcl.expressions import Template
from refactor.kubernetes.workloads import Workload, Workloads
from refactor.kubernetes.writing import NotWritable, put, reset
from refactor.project.project import Project
from refactor.project.sole import SoleLiterals
from refactor.project.values import Unknown
from refactor.reasons import Reason

_NEIGHBOURS = ("minReadySeconds", "serviceName", "selector")
"""Fields of an object behind which the number goes; in a block it goes above all blocks."""


def set_replicas(workloads: Workloads, workload: Workload, number: int) -> FileEdits | Unknown:
    """The edit that makes it ``number``, also where a local, a variable or a caller of the module has it, if nothing else reads that."""
    spec = workload.spec
    if spec is None:
        return Unknown(Reason.NO_VALUE, "no specification is written")
    refused = workload.refusal(spec, "replicas")
    if refused is not None:
        return refused
    plain = spec.field("replicas")
    if plain is None or plain.is_null:
        edits = put(spec, "replicas", number, after=_NEIGHBOURS) if plain is None else reset(spec, "replicas", number)
        return Unknown(edits.reason, edits.detail) if isinstance(edits, NotWritable) else edits
    if plain.expression is None:
        return Unknown(Reason.NOT_LITERAL, f"{plain.address} is not written out there")
    found = workloads.project.view(_literals).of(plain.expression, plain.scope)
    if isinstance(found, Unknown):
        return found
    path, span = found.document.path, found.expression.span
    if not workloads.project.selected(path):
        return Unknown(Reason.DESELECTED, f"the number stands in {path}, which was not asked about")
    before = found.document.text(span)
    after = f'"{number}"' if isinstance(found.expression, Template) else str(number)
    address = address_at(found.document, span.start)
    return FileEdits(path, (Edit(*span, after.encode()),), (Change(address, before, after),))


def _literals(project: Project) -> SoleLiterals:
    return SoleLiterals(project.view(Workloads).objects.reader.run)
