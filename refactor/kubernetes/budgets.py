"""PodDisruptionBudgets: which of them select a workload's pods, how many pods each lets go, and what is right for a workload.

A new one is written by :mod:`refactor.kubernetes.new_budgets`.

Sources: Kubernetes API, ``PodDisruptionBudgetSpec`` (an empty selector selects every pod of the namespace, in ``policy/v1beta1`` none; no
selector selects none); Kubernetes documentation, "Specifying a Disruption Budget for your Application" (percentages are rounded up); the
eviction API (pkg/registry/core/pod/storage/eviction.go: "This pod has more than one PodDisruptionBudget, which the eviction subresource
does not support").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from refactor.kubernetes.nodes import Field
from refactor.kubernetes.objects import KubernetesObject
from refactor.kubernetes.open_values import is_open
from refactor.kubernetes.quorums import clusters
from refactor.kubernetes.replicas import Replicas, refers, replicas_of
from refactor.kubernetes.selectors import Answer, Labels, Selector, all_of, label_selector, labels
from refactor.kubernetes.workloads import Workload, Workloads
from refactor.project.choices import TooMany
from refactor.project.project import Project
from refactor.project.texts import as_text
from refactor.project.values import Str, Unknown, found
from refactor.reasons import Reason

KIND = "PodDisruptionBudget"
TYPE = "kubernetes_pod_disruption_budget_v1"

FieldName = Literal["minAvailable", "maxUnavailable"]


@dataclass(frozen=True, slots=True)
class Policy:
    """``maxUnavailable = "1"``: a number of pods, or a percentage of those that there are to be."""

    field: FieldName
    value: str

    def disruptions(self, replicas: int) -> int:
        """How many of so many healthy pods may be evicted at a time."""
        number = _scaled(self.value, replicas)
        return max(0, replicas - number) if self.field == "minAvailable" else min(number, replicas)

    def __str__(self) -> str:
        return f'{_ATTRIBUTES[self.field]} = "{self.value}"'


_ATTRIBUTES: Mapping[FieldName, str] = {"minAvailable": "min_available", "maxUnavailable": "max_unavailable"}


def _scaled(value: str, replicas: int) -> int:
    """A number of pods; a percentage rounded up."""
    return -(-int(value[:-1]) * replicas // 100) if value.endswith("%") else int(value)


def parse_policy(text: str) -> Policy:
    """``max_unavailable=1``, ``min_available=50%`` as a policy.

    Raises:
        ValueError: it is none.
    """
    name, sign, value = (part.strip() for part in text.partition("="))
    field = next((f for f, attribute in _ATTRIBUTES.items() if attribute == name), None)
    digits = value.removesuffix("%")
    if field is None or not sign or not (digits.isascii() and digits.isdecimal()) or (value.endswith("%") and int(digits) > 100):
        raise ValueError(f"{text!r} is not min_available= or max_unavailable= with a number of pods or a percentage, as max_unavailable=1")
    return Policy(field, f"{int(digits)}%" if value.endswith("%") else str(int(digits)))


# --- Those that there are


@dataclass(frozen=True, slots=True)
class Selecting:
    """The budgets that select a workload's pods, and those that may: the code does not say."""

    sure: tuple[KubernetesObject, ...] = ()
    maybe: tuple[KubernetesObject, ...] = ()


class _Budget:
    """A budget, with its selector read once; ``selector`` is None where it has none, ``unknown`` where that is not known."""

    def __init__(self, project: Project, budget: KubernetesObject) -> None:
        self.object = budget
        self.of_chart = budget.resource is None and _is_in_chart(project, budget.path)
        spec = budget.root.child("spec")
        node = spec.child("selector") if spec is not None else None
        self.labels = node.field("matchLabels") if node is not None and not node.children("matchExpressions") else None
        self.selector = label_selector(node) if node is not None else None
        if self.selector is not None and self.selector.is_empty and _is_beta(budget):
            self.selector = None
        doubtful = spec is not None and (spec.unknown is not None or spec.has("selector") is None)
        self.unknown = node is None and (doubtful or (spec is None and budget.root.unknown is not None))

    def selects(self, workload: Workload) -> Answer:
        if self.selector is None:
            return None if self.unknown else False
        if refers(self.labels, workload):
            return True
        selects = self.selector.selects(workload.pod_labels)
        if selects is None:
            selects = self.selector.selects(_by_selector(workload))
        return all_of(selects, self.object.namespace.equals(workload.object.namespace))


def _left_out(budgets: Sequence[KubernetesObject], workload: Workload) -> Answer:
    """Whether ``count`` makes none of these budgets where it makes the workload."""
    counts, others = [_count(b) for b in budgets], _count(workload.object)
    if None in counts or not counts:
        return False

    def work() -> tuple[bool, bool]:
        return all(_number(c) == "0" for c in counts), _number(others) == "0"

    try:
        ways = [none for (none, nothing), _ in budgets[0].root.reader.every(work) if not nothing]
    except TooMany:
        return None
    if not any(ways):
        return False
    return True if all(ways) and not any(is_open(c) for c in counts) else None


def _count(thing: KubernetesObject) -> Field | None:
    attribute = thing.resource.body.attribute("count") if thing.resource is not None else None
    if attribute is None:
        return None
    reader, expression = thing.root.reader, attribute.expression
    return Field(reader, thing.scope, thing.address, expression.span, reader.run.thunk(expression, thing.scope), {}, expression)


def _number(plain: Field | None) -> str | None:
    """A number in the way that is looked at; None where it is not known."""
    value = found(plain.thunk) if plain is not None else None
    text = as_text(value) if value is not None else None
    return text.text if isinstance(text, Str) else None


class _Budgets:
    """Every budget of a project: of resources, and in YAML files."""

    def __init__(self, project: Project) -> None:
        workloads = project.view(Workloads)
        objects = workloads.objects
        self.all = tuple(_Budget(project, b) for b in objects.everywhere(KIND))
        self._workloads = workloads
        self._covered: dict[int, Covered] = {}

    def is_of_twin(self, budget: _Budget, workload: Workload) -> bool:
        """Whether it stands in another module beside a workload of that module that it selects as well: a copy for another cluster."""
        directory = budget.object.module.directory
        if budget.object.resource is None or directory == workload.object.module.directory:
            return False
        return any(budget.selects(w) for w in self._workloads.by_module.get(directory, ()))

    def covered(self, budget: KubernetesObject) -> Covered:
        if id(budget) not in self._covered:
            one = next(b for b in self.all if b.object is budget)
            self._covered[id(budget)] = _covered(self._workloads, one)
        return self._covered[id(budget)]


def _is_in_chart(project: Project, path: str) -> bool:
    """Whether a file is a template of a Helm chart; what such a budget selects, the chart makes."""
    chart, found, _ = path.rpartition("/templates/")
    return bool(found) and project.read(f"{chart}/Chart.yaml") is not None


def _is_beta(budget: KubernetesObject) -> bool:
    if budget.is_typed:
        return budget.resource is not None and budget.resource.labels[0] != TYPE
    return budget.root.text("apiVersion") == "policy/v1beta1"


def all_budgets(workloads: Workloads) -> tuple[KubernetesObject, ...]:
    """Every budget of the repository."""
    return tuple(b.object for b in workloads.project.view(_Budgets).all)


def selecting(workloads: Workloads, workload: Workload) -> Selecting:
    """Which budgets of the repository select the pods of a workload; those of its own module come first."""
    budgets = workloads.project.view(_Budgets)
    sure: list[KubernetesObject] = []
    maybe: list[KubernetesObject] = []
    doubtful: list[KubernetesObject] = []
    for budget in budgets.all:
        answer = budget.selects(workload)
        missing = _left_out([budget.object], workload) if answer else False
        if answer and missing is None:
            doubtful.append(budget.object)
        elif answer and not missing:
            (maybe if budgets.is_of_twin(budget, workload) else sure).append(budget.object)
        elif answer is None and not budget.of_chart:
            maybe.append(budget.object)
    # One of several may be there in every case: with `count = var.x ? 1 : 0` and `count = var.x ? 0 : 1`.
    (maybe if _left_out(doubtful, workload) is not False else sure).extend(doubtful)
    directory = workload.object.module.directory
    sure.sort(key=lambda b: b.resource is None or b.module.directory != directory)
    return Selecting(tuple(sure), tuple(maybe))


def at_once(found: Selecting) -> tuple[KubernetesObject, ...]:
    """Those of the budgets that are surely there together: of one module, of different resources, and none that ``count`` may leave out."""
    first = found.sure[0].module.directory if found.sure else ""
    there: dict[str, KubernetesObject] = {}
    for budget in found.sure:
        if budget.resource is not None and budget.module.directory == first and budget.resource.body.attribute("count") is None:
            there.setdefault(budget.address, budget)
    return tuple(there.values())


def _by_selector(workload: Workload) -> Labels:
    """The labels of a workload's pods, those in its selector as they are written there: the API lets no selector leave its own pods out."""
    own = selector_of(workload)
    return replace(workload.pod_labels, entries={**workload.pod_labels.entries, **(own.match.entries if own is not None else {})})


def selector_of(workload: Workload) -> Selector | None:
    """A workload's selector; that of a ReplicationController is a map of labels."""
    if workload.kind.name != "ReplicationController":
        return workload.selector
    plain = workload.spec.field("selector") if workload.spec is not None else None
    return Selector(labels(plain)) if plain is not None and not plain.is_null else None


def policy_of(budget: KubernetesObject) -> Policy | None:
    """What a budget asks for; None where that is not known, or not one thing."""
    spec = budget.root.child("spec")
    found: list[Policy] = []
    fields: tuple[FieldName, ...] = ("minAvailable", "maxUnavailable")
    for name in fields:
        plain = spec.field(name) if spec is not None else None
        if plain is None or plain.is_null:
            continue
        try:
            found.append(parse_policy(f"{_ATTRIBUTES[name]}={plain.text}"))
        except ValueError:
            return None
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Covered:
    """The workloads whose pods a budget selects, and how many pods that may be at the most; None where that is not known."""

    workloads: tuple[Workload, ...]
    most: int | None


def covered(workloads: Workloads, budget: KubernetesObject) -> Covered:
    """All that a budget of the repository selects."""
    return workloads.project.view(_Budgets).covered(budget)


def _covered(workloads: Workloads, budget: _Budget) -> Covered:
    answers = [(w, budget.selects(w)) for w in workloads.all]
    found = tuple(w for w, a in answers if a)
    counts = [replicas_of(workloads, w) for w in found]
    known = all(n.unknown is None and n.fixed for n in counts) and not any(a is None for _, a in answers)
    resource = budget.object.resource
    single = resource is None or not any(resource.body.attribute(n) is not None for n in ("for_each", "count"))
    if not known or (single and any(w.repeats for w in found)):
        return Covered(found, None)
    return Covered(found, sum(max(n.forms, default=0) for n in counts))


# --- What is right for a workload


def objection_to(policy: Policy, workload: Workload, replicas: Replicas) -> str:
    """Why a policy is not safe for the numbers of replicas that a workload comes to; empty if it is."""
    for number in (n for n in replicas.forms if n > 0):
        gone = policy.disruptions(number)
        if gone == 0:
            return f"{policy} lets no pod of {number} go: it would block every drain"
        if gone == number > 1:
            return f"{policy} lets all {number} pods go at once: it protects nothing"
        for cluster in clusters(workload):
            most = cluster.most_gone(number)
            if gone > most:
                keeps = "a majority" if cluster.quorum == "majority" else "its replicas"
                return f"{cluster.name} keeps {keeps} with {most} of {number} gone, not with {gone}"
    return ""


DEFAULT_TWO = Policy("minAvailable", "1")
DEFAULT_MORE = Policy("maxUnavailable", "1")


def policy_for(workload: Workload, replicas: Replicas, two: Policy = DEFAULT_TWO, more: Policy = DEFAULT_MORE) -> Policy | Unknown:
    """What a workload gets: ``two`` for exactly two replicas, ``more`` above, and where the number may become another.

    Of a clustered database one pod at a time may go, whatever ``two`` and ``more`` are; of two that need a majority, none.
    """
    known = clusters(workload)
    policy = DEFAULT_MORE if known else two if replicas.forms == (2,) and replicas.fixed else more
    objection = objection_to(policy, workload, replicas)
    return Unknown(Reason.UNSAFE_VALUE, objection) if objection else policy
