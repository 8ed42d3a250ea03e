"""What to ask a container to learn how it is: the evidence for a probe, best first.

1. What the image is: the check that its publisher uses (:mod:`refactor.kubernetes.known_images`).
2. A probe that the container has: what a liveness probe asks tells readiness too; the port of a readiness probe is known to be served.
3. The port that a Service sends to: by TCP, for nothing says what a path there would answer. For liveness the container must declare it
   too: some Services send where nobody listens, unnoticed, and the container behind it works.
4. A declared port that is for HTTP by its name or number: readiness alone, for nothing shows that somebody listens there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from refactor.kubernetes import known_images
from refactor.kubernetes.exposure import Exposed
from refactor.kubernetes.known_images import Check, Exec, Grpc, HttpGet, KnownImage, Settings, TcpSocket
from refactor.kubernetes.nodes import Node
from refactor.kubernetes.probes import Ask, Kind, action_of, port_of
from refactor.kubernetes.selectors import Selector, labels
from refactor.kubernetes.serving import Doubt, Ports, local_only, moved
from refactor.kubernetes.workloads import Container, Workload, Workloads
from refactor.project.values import Unknown
from refactor.reasons import Reason


@dataclass(frozen=True, slots=True)
class Evidence:
    """What may be asked; a :class:`Doubt` says why nothing is.

    ``slow``: whether it starts slowly; None where nobody knows. ``own``: its publisher has no liveness probe, and means it.
    ``sources`` are sentences for people.
    """

    liveness: Ask | Doubt
    readiness: Ask | Doubt
    slow: bool | None = None
    own: bool = False
    sources: tuple[str, ...] = ()

    def of(self, kind: Kind) -> Ask | Doubt:
        """What to ask; the startup probe asks what the liveness probe does."""
        return self.readiness if kind is Kind.READINESS else self.liveness


class Witness:
    """Everything that the code says of one container."""

    def __init__(self, container: Container, exposed: Sequence[Exposed | Unknown]) -> None:
        self.container = container
        self.ports = Ports(container, exposed)
        self.unclear = [e for e in exposed if isinstance(e, Unknown)]
        self.settings: Settings = replace(container.settings, ports=self.ports.numbers())
        images = container.images
        self.images = () if isinstance(images, Unknown) else images
        table = known_images.load()
        found = {table.lookup(image) for image in self.images}
        self.known: KnownImage | None = found.pop() if len(found) == 1 else None

    def evidence(self) -> Evidence:
        """See the module."""
        known = self.known
        if known is None:
            return self._otherwise()
        why = self._objection(known)
        if why is None:
            liveness, readiness = self._asked(known, known.liveness), self._asked(known, known.readiness)
            doubt = next((d for d in (readiness, liveness) if isinstance(d, Doubt)), None)
            if doubt is None and isinstance(readiness, Ask):
                source = f"{known.name}: {known.sources[0]}"
                evidence = Evidence(liveness or readiness, readiness, known.startup, sources=(source,))
                return self._without_liveness(evidence, known) if liveness is None else evidence
            why = doubt.detail if doubt is not None else "it has no check"
        if known.aside and not self._has_probes():
            doubt = Doubt(Reason.NO_EVIDENCE, f"{known.name}: {why}")
            return Evidence(doubt, doubt)
        evidence = self._otherwise()
        contradiction = self._contradiction(known)
        if contradiction is not None and not self._has_probes():
            evidence = Evidence(contradiction, contradiction)
        evidence = replace(evidence, sources=(f"not as {known.name}: {why}", *evidence.sources))
        return self._without_liveness(evidence, known) if known.liveness is None else evidence

    def _objection(self, known: KnownImage) -> str | None:
        for name in ("command", "args"):
            plain = self.container.node.field(name)
            words = plain.elements() if plain is not None and not plain.is_null else ["-"]
            if words is None or (known.programs and words[:1] == [None]):
                return f"its {name} {'are' if name == 'args' else 'is'} not known"
        found = (known.objection(replace(self.settings, tag=image.tag)) for image in self.images)
        return next((o for o in found if o is not None), None)

    def _contradiction(self, known: KnownImage) -> Doubt | None:
        """The code names other ports than the image serves, and nothing in it could have moved them."""
        numbers = self.ports.numbers()
        checks = [c.action for c in (known.liveness, known.readiness) if c is not None]
        usual = any(isinstance(a, HttpGet | TcpSocket) and a.port is None for a in checks)
        if known.aside or not usual or not numbers or known.port in numbers or known.port_doubt(self.settings) or self._objection(known):
            return None
        listed = ", ".join(str(n) for n in sorted(numbers))
        return Doubt(Reason.AMBIGUOUS, f"{known.name} serves {known.port}, and the code names {listed}")

    def _has_probes(self) -> bool:
        return any(self.container.node.child(kind.field) is not None for kind in Kind)

    @staticmethod
    def _without_liveness(evidence: Evidence, known: KnownImage) -> Evidence:
        doubt = Doubt(Reason.NO_EVIDENCE, f"{known.name} has no liveness probe upstream: {known.note or known.sources[0]}")
        return replace(evidence, liveness=doubt, own=True)

    def _asked(self, known: KnownImage, check: Check | None) -> Ask | Doubt | None:
        """A publisher's check against the port that this container serves."""
        if check is None:
            return None
        timeout, period = check.timeout or 0, check.period or 0
        own = check.action.port if not isinstance(check.action, Exec) else None
        if own is None and (moving := known.port_doubt(self.settings)) is not None:
            return Doubt(Reason.AMBIGUOUS, moving)
        if isinstance(check.action, Exec):
            return Ask(check.action, None, timeout, period)
        number = own if own is not None else known.port
        doubt = (self._contradiction(known) if own is None else None) or self._not_reached(number)
        return doubt or Ask(check.action, number if isinstance(check.action, Grpc) else self.ports.named(number), timeout, period)

    def _not_reached(self, number: int | None) -> Doubt | None:
        """What keeps the kubelet from the port."""
        local = local_only(self.settings)
        if local is not None:
            return Doubt(Reason.NO_EVIDENCE, f"it listens on its own host only ({local})")
        pod = self.container.workload.pod
        shared = pod.field("hostNetwork") if pod is not None else None
        if shared is not None and shared.texts != ("false",) and number not in self.ports.numbers():
            return Doubt(Reason.AMBIGUOUS, f"it shares the node's network, where port {number} may be another's")
        return None

    # Without an image that is known

    def _otherwise(self) -> Evidence:
        node = self.container.node
        there = {kind: node.child(kind.field) for kind in Kind}
        served = self._by_port()
        live, ready = there[Kind.LIVENESS], there[Kind.READINESS]
        if live is not None:
            tree = action_of(live) if not live.repeated else None
            ask = Ask(TcpSocket(), copied=tree) if tree is not None else served.readiness
            sources = ("as its liveness probe",) if tree is not None else served.sources
            return Evidence(served.liveness, ask, sources=sources)
        port = port_of(ready, node.scope) if isinstance(ready, Node) else None
        if port is not None:
            ask = Ask(TcpSocket(), self.ports.named(port) if isinstance(port, int) else port)
            return Evidence(ask, served.readiness, sources=(f"its readiness probe asks port {ask.port_text}",))
        return served

    def _by_port(self) -> Evidence:
        sent = self.ports.sent_to()
        if isinstance(sent, Doubt):
            return Evidence(sent, sent)
        found = sent or self.ports.http_like()
        if found is None:
            not_tcp = "no port that is shown to be TCP, and no probe asks another"
            detail = not_tcp if self.ports.udp_only else "no port that a Service sends to or that is for HTTP"
            detail += "".join(f"; {e.detail}" for e in self.unclear[:1])
            return Evidence(Doubt(Reason.NO_EVIDENCE, detail), Doubt(Reason.NO_EVIDENCE, detail))
        several = next((n for n in ("command", "args") if self._comes_out(n) > 1), None)
        if several is not None:
            unlike = Doubt(Reason.AMBIGUOUS, f"its {several} comes out in several ways, which need not serve the same")
            return Evidence(unlike, unlike)
        other = moved(self.settings, found.number)
        if other is not None:
            moving = Doubt(Reason.AMBIGUOUS, f"{other}, and the code names port {found.number}")
            return Evidence(moving, moving)
        closed = self._not_reached(found.number)
        if closed is not None:
            return Evidence(closed, closed)
        ask = Ask(TcpSocket(), found.port)
        if not found.by:
            alone = Doubt(Reason.NO_EVIDENCE, f"port {found.number} is only declared: were it not served, a liveness probe would kill")
            return Evidence(alone, ask, sources=(f"port {found.number} is declared; no Service sends to it",))
        leading = f", and {found.ingress} leads there" if found.ingress else ""
        source = f"{found.by} sends to port {found.number or found.port}{leading}"
        if not found.declared:
            alone = Doubt(Reason.NO_EVIDENCE, f"{found.by} alone names port {found.port}: were it not served, a liveness probe would kill")
            return Evidence(alone, ask, sources=(source,))
        return Evidence(ask, ask, sources=(source,))

    def _comes_out(self, name: str) -> int:
        """In how many ways a field does."""
        plain = self.container.node.field(name)
        return len(plain.answers) if plain is not None else 0


def cluster(workloads: Workloads, container: Container, known: KnownImage | None) -> str | None:
    """Why its pods may have to find each other before they serve; None if they do not.

    Pods of a StatefulSet start one after the other, each when the one before is ready, and a headless Service has the names of ready pods
    alone, unless it publishes others too. Members of a cluster that wait for each other would then wait for ever.
    """
    workload = container.workload
    if workload.kind.name != "StatefulSet" or workload.spec is None or (known is not None and known.quorum != "majority"):
        return None
    replicas = workload.spec.field("replicas")
    if replicas is None or (replicas.unknown is None and set(replicas.texts) <= {"0", "1"}):
        return None
    if workload.spec.text("podManagementPolicy") == "Parallel" and _all_published(workloads, workload):
        return None
    return "members of a StatefulSet may wait for each other before they serve"


def _all_published(workloads: Workloads, workload: Workload) -> bool:
    for service in workloads.objects.in_module("Service", workload.object.module):
        spec = service.root.child("spec")
        if spec is None or spec.field("selector") is None:
            continue
        if spec.text("publishNotReadyAddresses") == "true" and Selector(labels(spec.field("selector"))).selects(workload.pod_labels):
            return True
    return False
