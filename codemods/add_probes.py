"""``tfmod add-probes``: liveness, readiness and startup probes for containers that run until they are stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from refactor.codemod import Codemod, Effect, FileEdits, Finding, Fix, Option, Outcome, Rule, Safety, Severity
from refactor.hcl.expressions import Template, Text
from refactor.kubernetes.checks import Evidence, Witness, cluster
from refactor.kubernetes.examples.add_probes import EXAMPLES
from refactor.kubernetes.exposure import Exposed, exposed
from refactor.kubernetes.known_images import Grpc, TcpSocket
from refactor.kubernetes.nodes import Field
from refactor.kubernetes.open_values import is_open
from refactor.kubernetes.probe_config import Entries, Timings, entries, timings
from refactor.kubernetes.probes import Kind
from refactor.kubernetes.probing import EVERY, Plan, Planner
from refactor.kubernetes.providers import lacks
from refactor.kubernetes.serving import Doubt
from refactor.kubernetes.workloads import Container, Workload, Workloads
from refactor.kubernetes.writing import NotWritable, put_blocks
from refactor.project.project import Project
from refactor.project.values import Unknown
from refactor.reasons import Reason
from refactor.services import Services

NONE = Rule("PRB001", "no-probes", "nothing tells Kubernetes how the container is", Severity.WARNING)
NO_READINESS = Rule("PRB002", "no-readiness-probe", "the container gets traffic as soon as it is started", Severity.WARNING)
NO_LIVENESS = Rule("PRB003", "no-liveness-probe", "a container that hangs is not restarted", Severity.INFO)
NO_STARTUP = Rule("PRB004", "no-startup-probe", "the liveness probe may kill the container while it still starts", Severity.WARNING)


@dataclass(frozen=True, slots=True, eq=False)
class _Subject:
    container: Container
    planner: Planner


class AddProbes(Codemod):
    """See the module."""

    name = "add-probes"
    summary = "add the probes that a container lacks: its publisher's own checks, else a TCP connection to the port that a Service sends to"
    rationale = (
        "Without a readiness probe a pod gets traffic as soon as its process runs, and a rollout goes on while nothing answers; without "
        "a liveness probe a process that hangs is never restarted. A wrong probe is worse than none: it takes a working container down. So "
        "nothing is made up: what is asked is the check of the image's own documentation or chart, or what a probe of the container asks "
        "already, or a TCP connection to the one port that a Service sends to, where the code says nothing else of that port; else the "
        "container is reported. A container that may start slowly gets a startup probe with much time, so that no liveness probe "
        "interrupts a migration or a recovery. Terraform waits for rollouts (wait_for_rollout, ten minutes): with a readiness probe that "
        "never succeeds terraform apply ends with an error, while the old pods still run where the strategy is RollingUpdate. "
        "Source: Kubernetes documentation, Liveness, Readiness, and Startup Probes."
    )
    safety = Safety.NEEDS_REVIEW
    rules = (NONE, NO_READINESS, NO_LIVENESS, NO_STARTUP)
    options = (
        Option("only", "only probes of this kind; can be repeated", (), choices=tuple(kind.value for kind in Kind), metavar="KIND"),
        Option(
            "timings",
            "how often and how patiently probes ask: period_seconds (10), timeout_seconds (5), readiness_failure_threshold (3), "
            "liveness_failure_threshold (6), startup_seconds (900), unknown_startup_seconds (1800)",
            {},
            kind=timings,
            table=True,
        ),
        Option("workloads", "what to ask of these containers, or why to leave them alone", (), kind=entries, table=True),
    )
    examples = EXAMPLES

    def detect(self, project: Project) -> Iterable[Finding]:
        workloads = project.view(Workloads)
        for workload in workloads.all:
            if not workloads.selected(workload):
                continue
            if workload.unknown is not None:
                yield self._unknown(workloads, workload, workload.unknown)
                continue
            sent = exposed(workloads, workload)
            for container in (*workload.containers, *workload.init_containers):
                yield self._judge(workloads, container, sent)

    def _unknown(self, workloads: Workloads, workload: Workload, why: Unknown) -> Finding:
        finding = Finding(workloads.place(workload.root), workload.address, "its containers are not known", codemod=self.name)
        return replace(finding, thing="container", outcome=Outcome.SKIPPED, reason=why.reason, detail=why.detail)

    def _judge(self, workloads: Workloads, container: Container, sent: Sequence[Exposed | Unknown]) -> Finding:
        finding = Finding(
            workloads.place(container.node),
            container.address,
            "",
            codemod=self.name,
            thing="init container" if container.is_init else "container",
        )
        if container.unknown is not None:
            reason, detail = container.unknown.reason, container.unknown.detail
            return replace(finding, outcome=Outcome.SKIPPED, reason=reason, detail=detail, message="the container is not known")
        kept = container.node.field("restartPolicy") if container.is_init else None
        if kept is not None and kept.text is None and not kept.is_null:
            return replace(
                finding, outcome=Outcome.SKIPPED, reason=Reason.COMPUTED, detail=kept.source, message="whether it ends is not known"
            )
        ends = _ends(container)
        if ends:
            return replace(finding, outcome=Outcome.FINE, message=f"{container.title}: {ends}")
        there = [kind for kind in Kind if container.node.has(kind.field) is not False]
        finding = replace(finding, before=_listed(there) or "no probes")
        skipped = self._entries.skipped(container)
        if skipped:
            message = f"{container.title}: left alone"
            return replace(finding, outcome=Outcome.SKIPPED, reason=Reason.DESELECTED, detail=skipped, message=message)
        return self._missing(workloads, finding, container, sent)

    def _missing(self, workloads: Workloads, finding: Finding, container: Container, sent: Sequence[Exposed | Unknown]) -> Finding:
        witness = Witness(container, sent)
        evidence = _careful(workloads, container, witness)
        planner = Planner(witness, evidence, self._entries.of(container), self._timings)
        plan = planner.plan()
        if not plan.missing:
            own = evidence.own and container.node.has(Kind.LIVENESS.field) is False
            says = "; its publisher has no liveness probe" if own else ""
            return replace(finding, outcome=Outcome.FINE, message=f"{container.title}: {finding.before}{says}")
        return replace(
            finding,
            rule=_rule(plan.missing),
            message=f"{container.title}: no {_listed(plan.missing)} probe",
            detail="; ".join(evidence.sources) if plan.probes else next((d.detail for d in plan.doubts.values()), ""),
            subject=_Subject(container, planner),
        )

    def fix(self, project: Project, findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        del services
        for finding in findings:
            if isinstance(finding.subject, _Subject):
                yield self._probed(project, finding, finding.subject)

    def _probed(self, project: Project, finding: Finding, subject: _Subject) -> Finding:
        container, only = subject.container, frozenset(Kind(word) for word in self.values["only"]) or EVERY
        plan = subject.planner.plan(only)
        if not plan.probes:
            return _left(finding, plan, only)
        workload = container.workload
        refusals = (workload.refusal(container.node, kind.field) for kind in plan.probes)
        refused = next((r for r in refusals if r is not None), None) or _too_new(project, workload, plan)
        if refused is not None:
            return replace(finding, outcome=Outcome.SKIPPED, reason=refused.reason, detail=refused.detail)
        edits = put_blocks(container.node, {kind.field: probe.tree() for kind, probe in plan.probes.items()})
        if isinstance(edits, NotWritable):
            return replace(finding, outcome=Outcome.SKIPPED, reason=edits.reason, detail=edits.detail)
        return _changed(finding, subject, plan, edits)

    @property
    def _timings(self) -> Timings:
        found = self.values["timings"]
        return found if isinstance(found, Timings) else Timings()

    @property
    def _entries(self) -> Entries:
        found = self.values["workloads"]
        return found if isinstance(found, Entries) else Entries()


def _too_new(project: Project, workload: Workload, plan: Plan) -> Unknown | None:
    """Why the provider does not know what is to be written; the rest of a plan has been there from its first version on."""
    if not workload.object.is_typed:
        return None
    grpc = any(isinstance(p.ask.action, Grpc) or (p.ask.copied is not None and "grpc" in p.ask.copied) for p in plan.probes.values())
    since = (2, 17) if grpc else (1, 11) if Kind.STARTUP in plan.probes else None
    return lacks(project, workload, since) if since is not None else None


def _careful(workloads: Workloads, container: Container, witness: Witness) -> Evidence:
    """The evidence, unless the container's pods may have to find each other before they are ready."""
    evidence = witness.evidence()
    waiting = cluster(workloads, container, witness.known) if container.node.has(Kind.READINESS.field) is False else None
    if waiting is None:
        return evidence
    doubt = Doubt(Reason.AMBIGUOUS, waiting)
    return replace(evidence, liveness=doubt, readiness=doubt)


def _ends(container: Container) -> str:
    """Why a container is expected to end; empty if it runs until it is stopped."""
    if not container.workload.kind.long_running:
        return "runs to its end: no probes"
    if container.is_init:
        return "" if container.node.text("restartPolicy") == "Always" else "runs to its end before the others start: no probes"
    pod = container.workload.pod
    policy = pod.text("restartPolicy") if pod is not None and container.workload.kind.name == "Pod" else None
    return "runs to its end: no probes" if policy in ("Never", "OnFailure") else ""


def _rule(missing: Sequence[Kind]) -> Rule:
    if Kind.READINESS in missing:
        return NONE if Kind.LIVENESS in missing else NO_READINESS
    return NO_LIVENESS if Kind.LIVENESS in missing else NO_STARTUP


def _listed(kinds: Iterable[Kind]) -> str:
    return ", ".join(kinds)


def _left(finding: Finding, plan: Plan, only: frozenset[Kind]) -> Finding:
    """A container that gets no probe, and why."""
    doubts = [plan.doubts[kind] for kind in (Kind.READINESS, Kind.LIVENESS, Kind.STARTUP) if kind in plan.doubts and kind in only]
    if doubts:
        return replace(finding, outcome=Outcome.SKIPPED, reason=doubts[0].reason, detail=doubts[0].detail)
    return replace(finding, outcome=Outcome.SKIPPED, reason=Reason.DESELECTED, detail="--only")


def _changed(finding: Finding, subject: _Subject, plan: Plan, edits: FileEdits) -> Finding:
    workload = subject.container.workload
    return replace(
        finding,
        outcome=Outcome.CHANGED,
        after="; ".join(f"{kind}: {probe.ask.text}" for kind, probe in plan.probes.items()),
        notes=(*_notes(plan), *_of_default(subject)),
        effects=(Effect(workload.kind.effect, workload.address),),
        fix=Fix((edits,)),
    )


def _notes(plan: Plan) -> Iterator[str]:
    if any(isinstance(probe.ask.action, TcpSocket) and probe.ask.copied is None for probe in plan.probes.values()):
        yield "by TCP: that says that something listens, not that it works; a path can be named in [[add-probes.workloads]]"
    for kind, doubt in plan.doubts.items():
        if kind not in plan.probes:
            yield f"no {kind} probe: {doubt.detail}"


def _of_default(subject: _Subject) -> Iterator[str]:
    """Where the check is that of a variable's default, in a module that others may call with an image of their own."""
    container, image = subject.container, subject.container.node.field("image")
    unset = any(i.call is None and not i.values and not i.inputs for i in container.workload.object.module.instances)
    if subject.planner.witness.known is not None and unset and is_open(image) and not _is_named(image):
        yield "the check is that of a variable's default image: whoever calls the module with another image has to look at it"


def _is_named(image: Field | None) -> bool:
    """Whether all of an image but its tag is written out: ``"nginx:${var.tag}"``."""
    expression = image.expression if image is not None else None
    first = expression.parts[0] if isinstance(expression, Template) and expression.parts else None
    return isinstance(first, Text) and ":" in first.text.rpartition("/")[2]
