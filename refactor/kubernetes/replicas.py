"""How many pods of a workload there are to be: what its code says, or the autoscaler that is in charge of it.

Sources: Kubernetes API, ``DeploymentSpec`` and ``StatefulSetSpec`` (``replicas`` is 1 where it is not written) and
``HorizontalPodAutoscalerSpec`` (``minReplicas`` likewise; a target at 0 replicas is not scaled); KEDA documentation, "ScaledObject spec"
(``minReplicaCount`` is 0 where it is not written, ``idleReplicaCount`` below it, and the target's kind is Deployment).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from refactor.kubernetes.kinds import TYPES, WORKLOADS
from refactor.kubernetes.nodes import Field, Node
from refactor.kubernetes.objects import KubernetesObject
from refactor.kubernetes.open_values import is_open
from refactor.kubernetes.selectors import Answer, all_of, term
from refactor.kubernetes.workloads import Workload, Workloads
from refactor.project.choices import TooMany
from refactor.project.exploring import TOO_MANY
from refactor.project.project import Project
from refactor.project.texts import as_text
from refactor.project.values import Known, Raw, Str, Thunk, Unknown, Value, found
from refactor.reasons import Reason

_REFERENCE = re.compile(r'(?:"\$\{)?(kubernetes_\w+)\.([\w-]+)[.\[][^{}]*(?:\}")?')
_NOT_SHOWN = Unknown(Reason.MANAGED_ELSEWHERE, "ignore_changes leaves the number of replicas to something that the code does not show")


@dataclass(frozen=True, slots=True)
class Replicas:
    """``forms`` are all numbers that it comes to (in one instance and another, for one caller of the module and another), ascending.

    ``by`` is the address of the autoscaler whose minimum is one of them, or empty. ``unknown`` says why a number is not known; then
    ``forms`` may have others. ``fixed`` is False where something beside this code may give another number: an autoscaler, or a caller or
    variable file that sets a variable which the number is made of.
    """

    forms: tuple[int, ...] = ()
    by: str = ""
    unknown: Unknown | None = None
    fixed: bool = True

    @property
    def minimum(self) -> int | None:
        """The least that there will be; None where that is not known."""
        return self.forms[0] if self.unknown is None and self.forms else None

    @property
    def text(self) -> str:
        """For people: ``3 replicas``, ``1 or 3 replicas``, ``2 replicas at least (by kubernetes_horizontal_pod_autoscaler_v2.web)``."""
        numbers = " or ".join(str(n) for n in self.forms) or "an unknown number of"
        noun = "replica" if self.forms == (1,) else "replicas"
        return f"{numbers} {noun}" + (f" at least (by {self.by})" if self.by else "")


def replicas_of(workloads: Workloads, workload: Workload) -> Replicas:
    """How many replicas a workload has; of a kind that has no number, that is not known."""
    spec = workload.spec
    if not workload.kind.scalable:
        return Replicas(unknown=Unknown(Reason.NOT_SCALABLE, f"a {workload.kind.name}"))
    if spec is None or spec.unknown is not None:
        return Replicas(unknown=(spec.unknown if spec is not None else None) or Unknown(Reason.NO_VALUE, "no specification is written"))
    scalers, doubtful = workloads.project.view(_Scalers).of(workload)
    near = next((s for s in doubtful if _is_near(s, workload)), None)
    if near is not None and not scalers:
        return Replicas(unknown=Unknown(Reason.AMBIGUOUS, f"{near.address} may scale it"))
    counted = _Counting(workload, spec, scalers).count()
    return replace(counted, fixed=not scalers and not doubtful and not is_open(spec.field("replicas")))


class _Scalers:
    """The autoscalers of a project, and what each of them scales."""

    def __init__(self, project: Project) -> None:
        objects = project.view(Workloads).objects
        self.all: list[KubernetesObject] = []
        for kind in ("HorizontalPodAutoscaler", "ScaledObject"):
            self.all += objects.everywhere(kind)

    def of(self, workload: Workload) -> tuple[list[KubernetesObject], list[KubernetesObject]]:
        """Those that scale a workload, and those that may."""
        answers = [(s, scales(s, s.root.at("spec", "scaleTargetRef"), workload)) for s in self.all]
        return [s for s, a in answers if a], [s for s, a in answers if a is None]


def _is_near(scaler: KubernetesObject, workload: Workload) -> bool:
    """Whether something speaks for it that an autoscaler which may scale a workload does: its module, or its namespace."""
    if scaler.module.directory == workload.object.module.directory:
        return True
    return scaler.namespace.equals(workload.object.namespace) is True


def scales(scaler: KubernetesObject, target: Node | None, workload: Workload) -> Answer:
    """Whether the target of an autoscaler, of pods or of what they request, is a workload."""
    if target is None or target.unknown is not None:
        return None if target is not None else False
    kind, default = target.field("kind"), "Deployment" if scaler.kind == "ScaledObject" else None
    same_kind = term(kind, default).equals(term(None, workload.kind.name))
    namespace = scaler.namespace.equals(workload.object.namespace)
    name = target.field("name")
    named = refers(name, workload)
    if named is None:
        named = term(name).equals(workload.object.name)
    elif named and namespace is None:
        namespace = True
    return all_of(same_kind, named, namespace)


def refers(plain: Field | None, workload: Workload) -> Answer:
    """Whether a field is written as a reference to the workload's own resource; False: to that of another workload; None: otherwise."""
    match = _REFERENCE.fullmatch("".join(plain.source.split())) if plain is not None else None
    if plain is None or match is None or TYPES.get(match[1]) not in WORKLOADS:
        return None
    same_module = plain.scope.module.directory == workload.object.module.directory
    return same_module and (match[1], match[2]) == workload.resource.labels


class _Counting:
    """Works out the number in every way in which the code comes out; what an autoscaler depends on is chosen once for both."""

    def __init__(self, workload: Workload, spec: Node, scalers: list[KubernetesObject]) -> None:
        self.workload = workload
        self.spec = spec
        self.scalers = scalers
        self.by = ""

    def count(self) -> Replicas:
        plain = self.spec.field("replicas")
        try:
            ways = self.spec.reader.every(self._number, dict(plain.made) if plain is not None else {})
        except TooMany:
            return Replicas(unknown=TOO_MANY)
        numbers = sorted({n for n, _ in ways if isinstance(n, int)})
        unknown = next((n for n, _ in ways if isinstance(n, Unknown)), None)
        if not ways:
            unknown = Unknown(Reason.NO_VALUE, "the code makes none of it")
        return Replicas(tuple(numbers), self.by, unknown)

    def _number(self) -> int | Unknown:
        own = self._own()
        if own == 0:
            return own
        for scaler in self.scalers:
            there = _is_made(scaler)
            if isinstance(there, Unknown):
                return there
            if there:
                self.by = scaler.address
                return _least(scaler)
        ignored = self.workload.ignores(self.spec, "replicas") is not None
        return _NOT_SHOWN if ignored else own

    def _own(self) -> int | Unknown:
        plain = self.spec.field("replicas")
        if plain is None and self.spec.has("replicas") is None:
            return Unknown(Reason.COMPUTED, "whether a number of replicas is set is not known")
        return _whole(plain, 1)


def _least(scaler: KubernetesObject) -> int | Unknown:
    """The number below which an autoscaler does not go."""
    spec = scaler.root.child("spec")
    if spec is None or spec.unknown is not None:
        return Unknown(Reason.COMPUTED, f"the minimum of {scaler.address} is not known")
    if scaler.kind == "HorizontalPodAutoscaler":
        return _whole(spec.field("minReplicas"), 1)
    idle = spec.field("idleReplicaCount")
    return _whole(idle if idle is not None and not idle.is_null else spec.field("minReplicaCount"), 0)


def _is_made(scaler: KubernetesObject) -> bool | Unknown:
    """Whether its ``count`` makes any of it, in the way that is looked at."""
    attribute = scaler.resource.body.attribute("count") if scaler.resource is not None else None
    if attribute is None:
        return True
    number = _number_of(scaler.root.reader.run.thunk(attribute.expression, scaler.scope), scaler, 1)
    return number if isinstance(number, Unknown) else number > 0


def _whole(plain: Field | None, default: int) -> int | Unknown:
    return default if plain is None else _number_of(plain.thunk, plain, default)


def _number_of(thunk: Thunk, at: Field | KubernetesObject, default: int) -> int | Unknown:
    """A value as a number, in the way that is looked at."""
    value: Value | None = found(thunk)
    if isinstance(value, Raw):
        reader = at.reader if isinstance(at, Field) else at.root.reader
        value = reader.run.decoded(value)
    if value is None or (isinstance(value, Known) and value.value is None):
        return default
    text = as_text(value)
    if not isinstance(text, Str):
        return text
    return int(text.text) if text.text.isdecimal() else Unknown(Reason.COMPUTED, f"{text.text!r} is no number of replicas")
