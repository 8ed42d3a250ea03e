"""``tfmod set-resources``: requests and limits for containers that lack them, from what was measured or from a policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from refactor.codemod import Codemod, Effect, EffectKind, Finding, Fix, Option, Outcome, Rule, Safety, Severity
from refactor.kubernetes.autoscalers import Autoscalers
from refactor.kubernetes.bounds import Bounds
from refactor.kubernetes.examples.set_resources import EXAMPLES
from refactor.kubernetes.instances import instances
from refactor.kubernetes.resource_edits import set_amounts
from refactor.kubernetes.resource_policies import ResourcePolicy, parse
from refactor.kubernetes.resources import CELLS, CPU, LIMITS, MEMORY, REQUESTS, Cell, Declared, declared, shown
from refactor.kubernetes.sizing import Plan, cells_of, final, measured, planned, scaled
from refactor.kubernetes.workloads import Container, Workload, Workloads
from refactor.kubernetes.writing import NotWritable
from refactor.metrics.recommend import Advice, Policy
from refactor.metrics.usage import ContainerKey, NoUsage, Usage
from refactor.project.project import Project
from refactor.project.values import Unknown
from refactor.reasons import Reason
from refactor.services import Services

NO_REQUESTS = Rule("RES001", "no-requests", "the container asks for no CPU, or for no memory", Severity.WARNING)
NO_LIMIT = Rule("RES002", "no-memory-limit", "the container has no memory limit (or no CPU limit, where one is wanted)", Severity.WARNING)
ABOVE_LIMIT = Rule("RES003", "request-above-limit", "more is requested than the limit allows, which Kubernetes refuses", Severity.ERROR)
SET_OTHERWISE = Rule("RES004", "resources-by-hand", "what is set is to be held against measurements and policies", Severity.INFO)

_NEEDED: tuple[Cell, ...] = ((REQUESTS, CPU), (REQUESTS, MEMORY), (LIMITS, MEMORY))
_CPU_LIMIT: Cell = (LIMITS, CPU)
_SOURCES = "--prometheus URL or --usage FILE says what containers use, [[set-resources.policies]] of tfmod.toml what they are to have"

Answers = Mapping[ContainerKey, Usage | NoUsage]


@dataclass(frozen=True, slots=True, eq=False)
class _Subject:
    container: Container
    held: Declared
    missing: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class _Numbers:
    """What a container is to have; ``why_not`` where the measurements gave nothing, or not all."""

    numbers: Mapping[Cell, Advice]
    why_not: NoUsage | None
    notes: tuple[str, ...]


class SetResources(Codemod):
    """See the module."""

    name = "set-resources"
    summary = "give containers the CPU and memory requests and the memory limit that they lack, by what was measured or by policy"
    rationale = (
        "Without requests the scheduler takes a container for nothing and overfills nodes; without a memory limit a leak takes all memory "
        "of its node, and what the kernel then kills may be another pod. Requests are the median of what was used; the memory limit is the "
        "99th percentile with head-room, and never below the peak. No CPU limit is set unless one is asked for: it slows a container down "
        "while CPUs are idle. Source: Kubernetes documentation, Resource Management for Pods and Containers; Node-pressure Eviction."
    )
    safety = Safety.NEEDS_REVIEW
    rules = (NO_REQUESTS, NO_LIMIT, ABOVE_LIMIT, SET_OTHERWISE)
    measures = True
    options = (
        Option("overwrite", "also change requests and limits that are set", False, kind=bool),
        Option("cpu_limit", "also set a CPU limit: the 99th percentile, and this much more", None, kind=int, metavar="PERCENT"),
        Option("cpu_request_headroom", "added to the median of CPU", 0, kind=int, metavar="PERCENT"),
        Option("memory_request_headroom", "added to the median of memory", 0, kind=int, metavar="PERCENT"),
        Option("memory_limit_headroom", "added to the 99th percentile of memory", 20, kind=int, metavar="PERCENT"),
        Option(
            "memory_peak_headroom", "added to the highest use ever seen, below which no memory limit goes", 10, kind=int, metavar="PERCENT"
        ),
        Option("min_samples", "samples that there must be of a container", 288, kind=int, metavar="N"),
        Option("min_hours", "hours that they must cover", 24, kind=int, metavar="N"),
        Option("policies", "what containers get that nobody measured", (), kind=parse, table=True),
    )
    examples = EXAMPLES

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if min(self.values["min_samples"], self.values["min_hours"]) < 1:
            raise ValueError("min-samples and min-hours are 1 or more")
        self._policies: tuple[ResourcePolicy, ...] = self.values["policies"]
        self._policy = Policy(
            cpu_request_headroom=self.values["cpu_request_headroom"],
            memory_request_headroom=self.values["memory_request_headroom"],
            memory_limit_headroom=self.values["memory_limit_headroom"],
            memory_peak_headroom=self.values["memory_peak_headroom"],
            cpu_limit_headroom=self.values["cpu_limit"],
            min_samples=self.values["min_samples"],
            min_covered=timedelta(hours=self.values["min_hours"]),
        )

    def detect(self, project: Project) -> Iterable[Finding]:
        workloads = project.view(Workloads)
        for workload in workloads.all:
            if not workloads.selected(workload):
                continue
            if workload.unknown is not None:
                finding = Finding(workloads.place(workload.root), workload.address, "", codemod=self.name, thing="workload")
                yield _skipped(finding, workload.unknown, "its containers are not known")
            for container in (*workload.containers, *workload.init_containers):
                yield self._judge(project, container)

    def _judge(self, project: Project, container: Container) -> Finding:
        place = project.view(Workloads).place(container.node)
        thing = "init container" if container.is_init else "container"
        finding = Finding(place, container.address, "", codemod=self.name, thing=thing)
        held = declared(container) if container.unknown is None else container.unknown
        if isinstance(held, Unknown):
            return _skipped(finding, held, "its resources are not known")
        missing = tuple(cell for cell in self._wanted(container) if held[cell].present is False)
        finding = replace(finding, before=held.text or None, subject=_Subject(container, held, missing), notes=_defaults(held))
        unsure = next((held[cell] for cell in self._wanted(container) if held[cell].present is None), None)
        scaler = project.view(Autoscalers).sets(container)
        if scaler:
            return _skipped(finding, Unknown(Reason.MANAGED_ELSEWHERE, scaler), "a VerticalPodAutoscaler sets its requests")
        if held.above_limit:
            return replace(finding, rule=ABOVE_LIMIT, message=f"{container.title}: its {held.above_limit} request is above the limit")
        if missing:
            rule = NO_REQUESTS if any(section == REQUESTS for section, _ in missing) else NO_LIMIT
            return replace(finding, rule=rule, message=f"{container.title}: no {cells_of(missing)}")
        if unsure is not None and unsure.why is not None:
            return _skipped(finding, unsure.why, "not all of its resources are known")
        if self.values["overwrite"]:
            return replace(finding, rule=SET_OTHERWISE, message=f"{container.title}: {held.text}")
        return replace(finding, outcome=Outcome.FINE, message="requests and limits are set")

    def _wanted(self, container: Container) -> tuple[Cell, ...]:
        """The amounts that a container should have."""
        policy = self._policy_for(container)
        limited = self._policy.cpu_limit_headroom is not None or (policy is not None and _CPU_LIMIT in policy.amounts)
        return (*_NEEDED, _CPU_LIMIT) if limited else _NEEDED

    def _policy_for(self, container: Container) -> ResourcePolicy | None:
        return next((p for p in self._policies if p.means(container)), None)

    def fix(self, project: Project, findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        chosen: list[tuple[Finding, _Subject]] = []
        for finding in findings:
            if isinstance(finding.subject, _Subject):
                refusal = self._refusal(finding, finding.subject)
                if refusal is None:
                    chosen.append((finding, finding.subject))
                else:
                    yield _skipped(finding, refusal)
        keys = [instances(s.container) for _, s in chosen] if services.usage is not None else []
        asked = {key for found in keys if not isinstance(found, Unknown) for key in found}
        answers = services.usage.usage(asked) if services.usage is not None and asked else {}
        for i, (finding, subject) in enumerate(chosen):
            yield self._fixed(project, finding, subject, self._numbers(project, subject.container, keys[i] if keys else None, answers))

    def _refusal(self, finding: Finding, subject: _Subject) -> Unknown | None:
        """Why a container is left alone whatever the numbers are."""
        if finding.rule is ABOVE_LIMIT and not self.values["overwrite"]:
            return Unknown(Reason.DESELECTED, "--overwrite changes what is set")
        workload, held = subject.container.workload, subject.held
        if held.node is None:
            return workload.refusal(subject.container.node, "resources")
        cells = CELLS if self.values["overwrite"] else subject.missing
        return next((r for section, name in cells if (r := workload.refusal(held.node, section, name)) is not None), None)

    def _numbers(
        self, project: Project, container: Container, keys: tuple[ContainerKey, ...] | Unknown | None, answers: Answers
    ) -> _Numbers:
        """Measurements first; where they say nothing, the policy."""
        policy = self._policy_for(container)
        numbers = dict(policy.amounts) if policy is not None else {}
        if keys is None:
            return _Numbers(numbers, None, ())
        targets = project.view(Autoscalers).targets(container.workload)
        result = (
            NoUsage(keys.reason, keys.detail)
            if isinstance(keys, Unknown)
            else measured(keys, answers, scaled(self._policy, {name: percent for name, (percent, _) in targets.items()}))
        )
        if isinstance(result, NoUsage):
            return _Numbers(numbers, result, (f"not measured: {result.detail or result.reason.text}",))
        missing = next(iter(result.missing), None)
        return _Numbers(numbers | dict(result.numbers), missing, tuple(f"not measured: {m.detail}" for m in result.missing))

    def _fixed(self, project: Project, finding: Finding, subject: _Subject, numbers: _Numbers) -> Finding:
        held, workload = subject.held, subject.container.workload
        plan = planned(held, numbers.numbers, overwrite=self.values["overwrite"])
        if not plan.amounts:
            if finding.rule is SET_OTHERWISE and numbers.numbers and not plan.left:
                return replace(
                    finding, rule=None, outcome=Outcome.FINE, message="what is set is what was measured, or what the policy says"
                )
            return _skipped(finding, self._why_not(subject, numbers, plan))
        broken = project.view(Bounds).leaves(workload, final(held, plan))
        if broken:
            return _skipped(finding, Unknown(Reason.OUT_OF_BOUNDS, broken))
        texts = {cell: advice.text for cell, advice in plan.amounts.items()}
        edits = set_amounts(held, texts)
        if isinstance(edits, NotWritable):
            return _skipped(finding, Unknown(edits.reason, edits.detail))
        return replace(
            finding,
            outcome=Outcome.CHANGED,
            after=shown(held.texts | texts),
            notes=tuple(dict.fromkeys([*_reasons(plan), *numbers.notes, *_left(subject, plan), *self._warnings(project, held, plan)])),
            effects=(Effect(workload.kind.effect, workload.address),),
            fix=Fix((edits,)),
        )

    def _why_not(self, subject: _Subject, numbers: _Numbers, plan: Plan) -> Unknown:
        """Why nothing is set: the code, the measurements, or nobody said how much."""
        left = next(iter(plan.left.values()), None)
        if left is not None:
            return left
        if numbers.why_not is not None:
            return Unknown(numbers.why_not.reason, numbers.why_not.detail)
        if numbers.numbers:
            return Unknown(Reason.NO_SOURCE, f"no number for the {cells_of(subject.missing) or 'amounts that are set'}")
        return Unknown(Reason.NO_SOURCE, "no policy means it" if self._policies else _SOURCES)

    def _warnings(self, project: Project, held: Declared, plan: Plan) -> Iterator[str]:
        """What changes beside the numbers."""
        workload = held.container.workload
        for name, (percent, address) in project.view(Autoscalers).targets(workload).items():
            if (REQUESTS, name) in plan.amounts:
                yield f"{address} scales to {percent}% of the {name} request: the new one decides how many pods there are"
        for name in (CPU, MEMORY):
            request, limit = plan.amounts.get((REQUESTS, name)), held[LIMITS, name]
            if request is not None and held[REQUESTS, name].present is False and limit.present and set(limit.values) != {request.value}:
                yield f"until now Kubernetes took the {name} limit, {limit.text}, as the request: the pod is sure of less now"
        if any(section == REQUESTS for section, _ in plan.amounts):
            yield from (f"{quota} counts what the pods of its namespace request" for quota in project.view(Bounds).quotas(workload))
        if workload.kind.effect is EffectKind.REPLACE:
            yield _replaced(workload)


def _skipped(finding: Finding, why: Unknown, message: str = "") -> Finding:
    return replace(finding, outcome=Outcome.SKIPPED, reason=why.reason, detail=why.detail, message=message or finding.message)


def _defaults(held: Declared) -> tuple[str, ...]:
    """Where a limit stands in for a request: Kubernetes copies it."""
    names = [n for n in (CPU, MEMORY) if held[REQUESTS, n].present is False and held[LIMITS, n].present]
    return tuple(f"the {name} limit counts as the request" for name in names)


def _reasons(plan: Plan) -> Iterator[str]:
    for (section, name), advice in plan.amounts.items():
        yield f"{section}.{name} = {advice.text}: {advice.why}"


def _left(subject: _Subject, plan: Plan) -> Iterator[str]:
    """What is still missing after the change."""
    for cell in subject.missing:
        if cell not in plan.amounts:
            why = plan.left.get(cell)
            yield f"still no {cells_of([cell])}" + (f": {why.detail or why.reason.text}" if why is not None else "")


def _replaced(workload: Workload) -> str:
    if workload.kind.long_running:
        return "Terraform makes the pod anew"
    return "Terraform makes the job anew, and it runs again"
