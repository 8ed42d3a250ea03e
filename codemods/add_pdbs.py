"""``tfmod add-pdbs``: a disruption budget for every workload with more than one replica that has none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from refactor.codemod import Codemod, Effect, EffectKind, Finding, Fix, Option, Outcome, Place, Rule, Safety, Severity
from refactor.hcl.addresses import block_address
from refactor.hcl.document import Block
from refactor.kubernetes.budget_policies import BudgetEntry, parse
from refactor.kubernetes.budgets import (
    Policy,
    Selecting,
    at_once,
    covered,
    objection_to,
    parse_policy,
    policy_for,
    policy_of,
    selecting,
)
from refactor.kubernetes.examples.add_pdbs import EXAMPLES
from refactor.kubernetes.matching import entry_of
from refactor.kubernetes.new_budgets import new_budget
from refactor.kubernetes.obstacles import is_probed
from refactor.kubernetes.quorums import clusters
from refactor.kubernetes.replicas import Replicas, replicas_of
from refactor.kubernetes.workloads import Workload, Workloads
from refactor.project.project import Project
from refactor.project.values import Unknown
from refactor.reasons import Reason
from refactor.services import Services

NO_BUDGET = Rule("PDB001", "no-disruption-budget", "more than one replica, and a drain may stop all of them at once", Severity.WARNING)
SINGLE = Rule("PDB002", "single-replica", "one replica, which every drain of its node stops", Severity.INFO)
BLOCKS = Rule("PDB003", "budget-blocks-drains", "the budget lets no pod go, so a drain of its node never ends", Severity.ERROR)
SEVERAL = Rule(
    "PDB004", "several-budgets", "several budgets select the same pods, and Kubernetes then refuses to evict them", Severity.ERROR
)

_NONE_WANTED = {
    "DaemonSet": "a drain leaves the pods of a DaemonSet where they are",
    "Job": "runs to its end; a budget would only hold up drains",
    "CronJob": "runs to its end; a budget would only hold up drains",
    "Pod": "a pod by itself: nothing would replace it, with or without a budget",
}
_OPTIONS = "scale-replicas makes more of it where it is named as critical, or marks it as non-critical; or a drain may stop it"
_DECIDE = {
    BLOCKS: "more replicas, or a budget that lets one of them go",
    SEVERAL: "one of them has to go, or its selector has to say less",
}
_UNPROBED = "without a readiness probe a pod counts as healthy as soon as it runs, so a drain may go on too early: see add-probes"
_LARGE = 10_000  # replicas: what lets none of so many go lets none of any number go


@dataclass(frozen=True, slots=True, eq=False)
class _Subject:
    workloads: Workloads
    workload: Workload
    replicas: Replicas
    entry: BudgetEntry | None


class AddPdbs(Codemod):
    """See the module."""

    name = "add-pdbs"
    summary = "give every workload with more than one replica a disruption budget, so that a drain takes its pods one by one"
    rationale = (
        "A drain evicts all pods of its node at once, and the next node may be drained before they are ready elsewhere: a workload can "
        "stand still although it has more than one replica. A budget makes the drain wait. It must let at least one pod go, or no node can "
        "be drained at all: so a workload with one replica gets none, nor does one whose pods are bound to one node; of a database that "
        "decides by majority one pod may go at a time. Name, namespace and selector are copied from the workload. "
        "Source: Kubernetes documentation, Disruptions; Specifying a Disruption Budget for your Application."
    )
    safety = Safety.NEEDS_REVIEW
    rules = (NO_BUDGET, SINGLE, BLOCKS, SEVERAL)
    options = (
        Option("two_replicas", "the budget of a workload with two replicas", "min_available=1", metavar="POLICY"),
        Option(
            "more_replicas",
            "the budget of one with more, or whose number a variable or an autoscaler may change",
            "max_unavailable=1",
            metavar="POLICY",
        ),
        Option("only", "only workloads whose name or address matches the pattern; can be repeated", (), metavar="PATTERN"),
        Option("workloads", "the budgets of single workloads, and which get none", (), kind=parse, table=True),
    )
    examples = EXAMPLES

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self._two = parse_policy(self.values["two_replicas"])
        self._more = parse_policy(self.values["more_replicas"])
        if self._two.disruptions(2) == 0 or self._more.disruptions(_LARGE) == 0:
            raise ValueError("a budget that lets no pod go would block every drain")

    # --- What there is

    def detect(self, project: Project) -> Iterable[Finding]:
        workloads = project.view(Workloads)
        yield from (self._judge(workloads, w) for w in workloads.all if workloads.selected(w))
        for chart in workloads.objects.charts:
            if project.selected(chart.parent.document.path):
                yield _of_chart(chart)

    def _judge(self, workloads: Workloads, workload: Workload) -> Finding:
        finding = Finding(workloads.place(workload.root), workload.address, "", codemod=self.name, thing="workload")
        if not workload.kind.scalable:
            return replace(finding, outcome=Outcome.FINE, message=_NONE_WANTED[workload.kind.name])
        entry = entry_of(self.values["workloads"], workload)
        replicas = replicas_of(workloads, workload)
        finding = replace(finding, before=None if replicas.unknown else replicas.text)
        if entry is not None and entry.policy is None:
            return _skipped(finding, Unknown(Reason.DESELECTED, entry.reason), "the configuration leaves it out")
        finding = replace(finding, subject=_Subject(workloads, workload, replicas, entry))
        found = selecting(workloads, workload)
        return _with_budget(workloads, finding, replicas, found) if found.sure else self._without(finding, replicas, found, entry)

    def _without(self, finding: Finding, replicas: Replicas, found: Selecting, entry: BudgetEntry | None) -> Finding:
        if replicas.unknown is not None and not _fits_all(entry):
            return _skipped(finding, replicas.unknown, "the number of replicas is not known")
        numbers = [n for n in replicas.forms if n > 0]
        if not numbers and replicas.unknown is None:
            message = f"{replicas.by} may scale it down to 0" if replicas.by else "scaled down to 0: there is nothing to evict"
            return replace(finding, outcome=Outcome.FINE, message=message)
        if max(numbers, default=2) == 1:
            return replace(finding, rule=SINGLE, message=f"{replicas.text}: a drain of its node stops it")
        if found.maybe:
            detail = f"{', '.join(b.address for b in found.maybe)} may select its pods"
            return _skipped(finding, Unknown(Reason.AMBIGUOUS, detail), "whether it has a budget is not known")
        return replace(finding, rule=NO_BUDGET, message=f"{replicas.text}, and no budget: a drain may stop all at once")

    # --- What to do

    def fix(self, project: Project, findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        del project, services
        return map(self._fixed, findings)

    def _fixed(self, finding: Finding) -> Finding:
        subject = finding.subject
        if not isinstance(subject, _Subject):
            raise TypeError("a finding of another codemod")
        if self.values["only"] and not _is_meant(subject.workload, self.values["only"]):
            return _skipped(finding, Unknown(Reason.DESELECTED, "--only"))
        if finding.rule is SINGLE:
            return _skipped(finding, Unknown(Reason.SINGLE_REPLICA, _OPTIONS))
        if finding.rule in (BLOCKS, SEVERAL):
            return _skipped(finding, Unknown(Reason.AMBIGUOUS, _DECIDE[finding.rule]))
        policy = self._policy(subject)
        made = policy if isinstance(policy, Unknown) else new_budget(subject.workloads, subject.workload, policy)
        if isinstance(made, Unknown):
            return _skipped(finding, made)
        return replace(
            finding,
            outcome=Outcome.CHANGED,
            after=str(policy),
            effects=(Effect(EffectKind.CREATE, made.address),),
            notes=tuple(_notes(subject)),
            fix=Fix((made.edits,)),
        )

    def _policy(self, subject: _Subject) -> Policy | Unknown:
        workload, replicas, entry = subject.workload, subject.replicas, subject.entry
        if entry is not None and entry.policy is not None:
            objection = objection_to(entry.policy, workload, replicas)
            return Unknown(Reason.UNSAFE_VALUE, objection) if objection else entry.policy
        if min(n for n in replicas.forms if n > 0) == 1:
            detail = f'{replicas.text}, in one instance or another; max_unavailable = "1" in [[add-pdbs.workloads]] would do for all'
            return Unknown(Reason.AMBIGUOUS, detail)
        return policy_for(workload, replicas, self._two, self._more)


def _with_budget(workloads: Workloads, finding: Finding, replicas: Replicas, found: Selecting) -> Finding:
    """A workload whose pods a budget selects."""
    several = at_once(found)
    if len(several) > 1:
        message = f"{len(several)} budgets select its pods: {', '.join(b.address for b in several)}"
        return replace(finding, rule=SEVERAL, message=message)
    names = found.sure[0].address
    policy = policy_of(found.sure[0])
    if policy is None:
        return replace(finding, outcome=Outcome.FINE, message=f"{names} selects its pods")
    all_of_it = covered(workloads, found.sure[0])
    together = len(all_of_it.workloads) > 1
    numbers = [n for n in replicas.forms if n > 0]
    if together or replicas.unknown is not None:
        numbers = [_LARGE if all_of_it.most is None else all_of_it.most]
    if any(policy.disruptions(n) == 0 for n in numbers):
        held = f" of {replicas.text}" if replicas.forms and not together else ""
        return replace(finding, rule=BLOCKS, message=f"{names} has {policy}, which lets none{held} go")
    if max(numbers, default=0) == 1:
        return replace(finding, rule=SINGLE, message=f"{replicas.text}: a drain of its node stops it, whatever {names} says")
    others = f" with those of {len(all_of_it.workloads) - 1} others" if together else ""
    return replace(finding, outcome=Outcome.FINE, message=f"{names} selects its pods{others} ({policy})")


def _fits_all(entry: BudgetEntry | None) -> bool:
    """Whether an entry asks for what lets a pod go whatever the number of replicas is."""
    policy = entry.policy if entry is not None else None
    return policy is not None and policy.field == "maxUnavailable" and policy.disruptions(1) == 1


def _is_meant(workload: Workload, patterns: Iterable[str]) -> bool:
    names = (*(workload.object.name.texts or ()), workload.address)
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _notes(subject: _Subject) -> Iterator[str]:
    for cluster in clusters(subject.workload):
        yield f"{cluster.name} keeps {'its majority' if cluster.quorum == 'majority' else 'its replicas'} with one pod gone at a time"
    if not is_probed(subject.workload):
        yield _UNPROBED


def _of_chart(chart: Block) -> Finding:
    document = chart.parent.document
    start = chart.span.start
    place = Place(document.path, start, chart.braces[0] + 1, document.lines.line(start), document.lines.column(start))
    finding = Finding(place, block_address(chart), "", codemod=AddPdbs.name, thing="chart")
    return _skipped(finding, Unknown(Reason.CHART_DECIDES), "the chart makes its workloads and their budgets, by its own values")


def _skipped(finding: Finding, why: Unknown, message: str = "") -> Finding:
    return replace(finding, outcome=Outcome.SKIPPED, reason=why.reason, detail=why.detail, message=message or finding.message)
