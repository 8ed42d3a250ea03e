"""``tfmod scale-replicas``: workloads that must not stand still get more than one replica, apart from each other, with a budget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from refactor.codemod import Codemod, Effect, EffectKind, FileEdits, Finding, Fix, Option, Outcome, Rule, Safety, Severity
from refactor.kubernetes.bounds import Bounds
from refactor.kubernetes.budgets import policy_for, selecting
from refactor.kubernetes.critical import Critical, parse
from refactor.kubernetes.examples.scale_replicas import EXAMPLES
from refactor.kubernetes.matching import entry_of
from refactor.kubernetes.new_budgets import NewBudget, new_budget
from refactor.kubernetes.obstacles import Obstacle, is_probed, obstacles, tied
from refactor.kubernetes.priorities import doubts
from refactor.kubernetes.providers import lacks
from refactor.kubernetes.replicas import Replicas, replicas_of
from refactor.kubernetes.scaling import set_replicas
from refactor.kubernetes.spreading import STYLES, Style, is_spread, spread
from refactor.kubernetes.workloads import Workload, Workloads
from refactor.kubernetes.writing import NotWritable, put
from refactor.project.project import Project
from refactor.project.values import Unknown
from refactor.reasons import Reason
from refactor.services import Services

FEW = Rule("REP001", "too-few-replicas", "a critical workload has fewer replicas than the configuration asks for", Severity.ERROR)
TOGETHER = Rule("REP002", "replicas-together", "nothing keeps the replicas of a critical workload on different nodes", Severity.INFO)
UNMARKED = Rule("REP003", "not-marked-non-critical", "one replica, not critical, and without the lower priority class", Severity.INFO)

_NOT_SCALED = {
    "DaemonSet": "one pod on each node",
    "Job": "runs to its end",
    "CronJob": "runs to its end",
    "Pod": "a pod by itself; not named as critical",
}
_UNPROBED = "a replica without a readiness probe gets requests before it can answer them: see add-probes"
_ON_THEIR_WORD = (
    "naming it critical says that its program can run more than once: sessions, schedules and locks in its memory would be double"
)
_STRICT = "required-anti-affinity"
_REQUIRED = "with required anti-affinity, a pod that finds no node of its own waits, also during a rollout"


@dataclass(frozen=True, slots=True, eq=False)
class _Subject:
    """``entry`` is None where the workload is not named as critical."""

    workloads: Workloads
    workload: Workload
    entry: Critical | None
    number: Replicas
    wanted: int


class ScaleReplicas(Codemod):
    """See the module."""

    name = "scale-replicas"
    summary = "give critical workloads more than one replica, on different nodes, with a disruption budget"
    rationale = (
        "One replica is gone whenever its node is drained, fails or is upgraded, and until the next one is ready nobody answers; two on "
        "one node are gone together. Which workloads must not stand still is for people to say. Whether a second replica is safe is asked "
        "of the code, and where that does not show it, nothing is changed. "
        "Source: Kubernetes documentation, Disruptions; Assigning Pods to Nodes; Pod Topology Spread Constraints."
    )
    safety = Safety.NEEDS_REVIEW
    rules = (FEW, TOGETHER, UNMARKED)
    options = (
        Option("critical", "which workloads must not stand still, and what is known of them", (), kind=parse, table=True),
        Option("replicas", "how many replicas critical workloads get, where their entry says nothing", 2, kind=int, metavar="N"),
        Option("spread", "how to keep replicas apart that nothing keeps apart", "anti-affinity", choices=STYLES),
        Option("topology_key", "the label of nodes by which replicas are kept apart", "kubernetes.io/hostname", metavar="LABEL"),
        Option("priority_class", "the priority class of workloads with one replica that are not critical", None, metavar="NAME"),
        Option("mark_non_critical", "give them that class, where they have none", False, kind=bool),
        Option("only", "only workloads whose name or address matches the pattern; can be repeated", (), metavar="PATTERN"),
    )
    examples = EXAMPLES

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if self.values["replicas"] < 2:
            raise ValueError("--replicas must be 2 or more")
        if not self.values["topology_key"]:
            raise ValueError("--topology-key must not be empty")
        if self.values["mark_non_critical"] and not self.values["priority_class"]:
            raise ValueError("--mark-non-critical needs --priority-class NAME, or priority_class in the configuration")

    def detect(self, project: Project) -> Iterable[Finding]:
        workloads = project.view(Workloads)
        return (self._judge(workloads, w) for w in workloads.all if workloads.selected(w))

    def _judge(self, workloads: Workloads, workload: Workload) -> Finding:
        entry = entry_of(self.values["critical"], workload)
        number = replicas_of(workloads, workload)
        wanted: int = (entry.replicas if entry is not None else None) or self.values["replicas"]
        subject = _Subject(workloads, workload, entry, number, wanted)
        place = workloads.place(workload.root)
        finding = Finding(place, workload.address, "", codemod=self.name, thing="workload", subject=subject)
        if not workload.kind.scalable:
            return _not_scalable(finding, workload, entry)
        unknown = workload.unknown or number.unknown
        if unknown is not None:
            return replace(_skipped(finding, unknown), message="the number of replicas is not known")
        finding = replace(finding, before=number.text)
        return self._other(finding, subject) if entry is None else self._critical(finding, subject)

    def _critical(self, finding: Finding, subject: _Subject) -> Finding:
        least = min((n for n in subject.number.forms if n > 0), default=0)
        if least == 0 and not subject.number.by:
            return replace(finding, outcome=Outcome.FINE, message="critical, and scaled down to 0")
        if least < subject.wanted:
            refusal = self._unsafe(subject)
            message = f"{finding.before}, and the configuration asks for {subject.wanted}"
            return replace(finding, rule=FEW, message=message, detail=refusal.detail if refusal is not None else "")
        if self._style(subject) != "none" and is_spread(subject.workload) is False:
            return replace(finding, rule=TOGETHER, message=f"{finding.before}, and nothing keeps them on different nodes")
        return replace(finding, outcome=Outcome.FINE, message=f"critical, with {finding.before}")

    def _other(self, finding: Finding, subject: _Subject) -> Finding:
        if subject.number.forms != (1,) or subject.number.by:
            return replace(finding, outcome=Outcome.FINE, message=f"{finding.before}; not named as critical")
        name, pod = self.values["priority_class"], subject.workload.pod
        if name and pod is not None and pod.has("priorityClassName") is not False:
            return replace(finding, outcome=Outcome.FINE, message="1 replica, not critical, with a priority class")
        if name:
            return replace(finding, rule=UNMARKED, message=f"1 replica, not critical, and not of the priority class {name}")
        return replace(_skipped(finding, Unknown(Reason.NOT_NAMED)), message="1 replica; not named as critical")

    def fix(self, project: Project, findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        del project, services  # the findings' subjects have it all
        for finding in findings:
            if not isinstance(finding.subject, _Subject):
                continue
            if not self._chosen(finding.subject.workload):
                yield _skipped(finding, Unknown(Reason.DESELECTED, "--only"))
            elif finding.rule is UNMARKED:
                yield self._marked(finding, finding.subject)
            elif finding.rule is TOGETHER:
                yield self._kept_apart(finding, finding.subject)
            else:
                yield self._scaled(finding, finding.subject)

    def _chosen(self, workload: Workload) -> bool:
        names = (workload.address, *(workload.object.name.texts or ()))
        patterns = self.values["only"]
        return not patterns or any(fnmatchcase(name, pattern) for name in names for pattern in patterns)

    def _style(self, subject: _Subject) -> Style:
        own = subject.entry.spread if subject.entry is not None else None
        style: Style = self.values["spread"] if own is None else own
        return style

    def _unsafe(self, subject: _Subject) -> Unknown | None:
        """Why a workload is left at the replicas that it has."""
        if not subject.workload.kind.scalable:
            return Unknown(Reason.NOT_SCALABLE, "a Deployment, whose template the pod would be, has one")
        if subject.number.by:
            return Unknown(Reason.MANAGED_ELSEWHERE, f"{subject.number.by} decides, whose minimum is for its owner to raise")
        return self._refused(obstacles(subject.workloads, subject.workload, subject.wanted), subject)

    @staticmethod
    def _refused(against: Iterable[Obstacle], subject: _Subject) -> Unknown | None:
        """What speaks against something, but for what the entry consents to."""
        consents = subject.entry.consents if subject.entry is not None else frozenset()
        found = [o for o in against if o.consent not in consents]
        if not found:
            return None
        texts = list(dict.fromkeys(o.text for o in found))
        more = f"; and {len(texts) - 2} more" if len(texts) > 2 else ""
        missing = sorted({o.consent for o in found})
        hint = "" if "" in missing else f" (unless its entry says {' and '.join(f'{c} = true' for c in missing)})"
        return Unknown(Reason.ONE_REPLICA, "; ".join(texts[:2]) + more + hint)

    def _scaled(self, finding: Finding, subject: _Subject) -> Finding:
        """The number, and what a number alone does not give: different nodes, and a budget for when these are drained."""
        workload, wanted, style = subject.workload, subject.wanted, self._style(subject)
        parts: list[FileEdits | Unknown] = [self._unsafe(subject) or set_replicas(subject.workloads, workload, wanted)]
        apart = style != "none" and is_spread(workload) is False
        if apart:
            parts.append(self._apart(subject, style))
        refused = next((p for p in parts if isinstance(p, Unknown)), None)
        if refused is not None:
            return _skipped(finding, refused)
        budget = _budget(subject)
        notes = [_ON_THEIR_WORD] if is_probed(workload) else [_ON_THEIR_WORD, _UNPROBED]
        notes += [_REQUIRED] if style == _STRICT and apart else []
        notes += [f"{quota} must have room for more replicas" for quota in subject.workloads.project.view(Bounds).quotas(workload)]
        notes += [f"without a budget: {budget.detail}"] if isinstance(budget, Unknown) else []
        effects = [Effect(workload.kind.effect if apart else EffectKind.UPDATE, workload.address)]
        after = [_count(wanted), style] if apart else [_count(wanted)]
        if isinstance(budget, NewBudget):
            parts.append(budget.edits)
            effects.append(Effect(EffectKind.CREATE, budget.address))
            after.append("a budget")
        files = tuple(p for p in parts if isinstance(p, FileEdits))
        finding = replace(finding, outcome=Outcome.CHANGED, detail="", after=", ".join(after), notes=tuple(notes))
        return replace(finding, effects=tuple(effects), fix=Fix(files))

    def _topology_key(self, subject: _Subject) -> str:
        key: str = (subject.entry.topology_key if subject.entry is not None else None) or self.values["topology_key"]
        return key

    def _apart(self, subject: _Subject, style: Style) -> FileEdits | Unknown:
        """What keeps replicas on different nodes, if the provider has it."""
        workload = subject.workload
        since = (2, 0, 3) if style == "topology-spread" else (1, 7)
        lacking = lacks(subject.workloads.project, workload, since) if workload.object.is_typed else None
        return lacking or spread(workload, style, self._topology_key(subject))

    def _kept_apart(self, finding: Finding, subject: _Subject) -> Finding:
        """Replicas that are there already, on different nodes."""
        workload, style = subject.workload, self._style(subject)
        refused = self._refused(tied(subject.workloads, workload), subject)
        if refused is not None:
            return _skipped(finding, refused)
        apart = self._apart(subject, style)
        if isinstance(apart, Unknown):
            return _skipped(finding, apart)
        notes = (_REQUIRED,) if style == _STRICT else ()
        return _changed(finding, f"{finding.before}, {style}", workload, (apart,), notes)

    def _marked(self, finding: Finding, subject: _Subject) -> Finding:
        """The lower priority class, for a workload that has none."""
        workload, name = subject.workload, self.values["priority_class"]
        if not self.values["mark_non_critical"]:
            return _skipped(finding, Unknown(Reason.DESELECTED, "--mark-non-critical sets it"))
        if workload.pod is None:
            return _skipped(finding, Unknown(Reason.NO_VALUE, "no pod template is written"))
        edits = workload.refusal(workload.pod, "priorityClassName") or put(workload.pod, "priorityClassName", name)
        if not isinstance(edits, FileEdits):
            return _skipped(finding, edits)
        return _changed(finding, f"priority class {name}", workload, (edits,), doubts(subject.workloads, name))


def _budget(subject: _Subject) -> NewBudget | Unknown | None:
    """A budget for the replicas that there are to be; None where one selects them."""
    there = selecting(subject.workloads, subject.workload)
    if there.sure:
        return None
    if there.maybe:
        return Unknown(Reason.AMBIGUOUS, f"{there.maybe[0].address} may select its pods")
    policy = policy_for(subject.workload, Replicas((subject.wanted,)))
    return policy if isinstance(policy, Unknown) else new_budget(subject.workloads, subject.workload, policy)


def _not_scalable(finding: Finding, workload: Workload, entry: Critical | None) -> Finding:
    """A workload of a kind that has no number of replicas: a bare pod that is critical is a concern, the others are as they should be."""
    if entry is not None and workload.kind.name == "Pod":
        return replace(finding, rule=FEW, message="a pod by itself, which nothing starts again elsewhere", before="1 replica")
    return replace(finding, outcome=Outcome.FINE, message=f"{workload.kind.name}: {_NOT_SCALED[workload.kind.name]}")


def _count(number: int) -> str:
    return f"{number} replica" if number == 1 else f"{number} replicas"


def _changed(finding: Finding, after: str, workload: Workload, files: Sequence[FileEdits], notes: Sequence[str]) -> Finding:
    effects = (Effect(workload.kind.effect, workload.address),)
    return replace(finding, outcome=Outcome.CHANGED, after=after, notes=tuple(notes), effects=effects, fix=Fix(tuple(files)))


def _skipped(finding: Finding, refusal: Unknown | NotWritable) -> Finding:
    return replace(finding, outcome=Outcome.SKIPPED, reason=refusal.reason, detail=refusal.detail, notes=())
