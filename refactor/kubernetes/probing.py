"""Which probes a container lacks, and which of them it gets: evidence and configuration put together.

A startup probe is there to hold the liveness probe back while the container starts: without one it could only kill. So a liveness probe of
a container that may start slowly comes with a startup probe, or where none is to be written with an initial delay as long; and no startup
probe comes without a liveness probe. A liveness probe is never stricter than the readiness probe beside it: a container loses its traffic
before it is restarted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from refactor.kubernetes.checks import Evidence, Witness
from refactor.kubernetes.known_images import Exec, Grpc, TcpSocket
from refactor.kubernetes.probe_config import Timings, Wanted
from refactor.kubernetes.probes import Ask, Kind, PortName, Probe, Timing, action_of, timing_of
from refactor.kubernetes.serving import Doubt
from refactor.reasons import Reason

EVERY = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Plan:
    """``missing`` are the probes that the container ought to have and has not; of these ``probes`` can be written, ``doubts`` cannot."""

    missing: tuple[Kind, ...]
    probes: Mapping[Kind, Probe] = field(default_factory=dict)
    doubts: Mapping[Kind, Doubt] = field(default_factory=dict)


class Planner:
    """One container."""

    def __init__(self, witness: Witness, evidence: Evidence, wanted: Mapping[Kind, Wanted | bool], timings: Timings) -> None:
        self.witness = witness
        self.evidence = evidence
        self.wanted = wanted
        self.timings = timings
        node = witness.container.node
        self.there = {kind: node.has(kind.field) for kind in Kind}
        self.nodes = {kind: node.child(kind.field) for kind in Kind}

    def plan(self, only: frozenset[Kind] = EVERY) -> Plan:
        """What is missing, and what of it, as far as ``only`` allows, can be written."""
        missing = [kind for kind in (Kind.LIVENESS, Kind.READINESS) if self._lacks(kind)]
        asks = {kind: self._ask(kind) for kind in missing}
        if self._lacks(Kind.STARTUP) and self._needs_startup(asks.get(Kind.LIVENESS)):
            missing.append(Kind.STARTUP)
            asks[Kind.STARTUP] = self._ask(Kind.STARTUP)
        doubts = {kind: ask for kind, ask in asks.items() if isinstance(ask, Doubt)}
        given = {kind: ask for kind, ask in asks.items() if isinstance(ask, Ask) and kind in only}
        if Kind.LIVENESS not in given and self.there[Kind.LIVENESS] is False:
            given.pop(Kind.STARTUP, None)
        return self._timed(tuple(missing), given, doubts)

    def _lacks(self, kind: Kind) -> bool:
        """Whether it ought to have a probe of a kind, and has none. One that may be there by a ``dynamic`` block counts as there."""
        wanted = self.wanted.get(kind)
        if self.there[kind] is not False or wanted is False:
            return False
        if kind is Kind.STARTUP and self.witness.container.is_init and wanted is None:
            return False  # the containers after it would wait
        return not (kind is Kind.LIVENESS and self.evidence.own and wanted is None)

    def _needs_startup(self, liveness: Ask | Doubt | None) -> bool:
        if self.wanted.get(Kind.STARTUP) is not None:
            return isinstance(liveness, Ask) or self.there[Kind.LIVENESS] is True
        if isinstance(liveness, Ask):
            return self.evidence.slow is not False
        node = self.nodes[Kind.LIVENESS]
        timing = timing_of(node) if node is not None else None
        return self.evidence.slow is True and timing is not None and timing.delay == 0 and isinstance(self._ask(Kind.STARTUP), Ask)

    # What is asked

    def _ask(self, kind: Kind) -> Ask | Doubt:
        wanted = self.wanted.get(kind)
        if isinstance(wanted, Wanted) and (wanted.action is not None or wanted.port is not None):
            return self._as_wanted(kind, wanted)
        if kind is not Kind.STARTUP:
            return self.evidence.of(kind)
        node = self.nodes[Kind.LIVENESS]
        if node is None:
            return self._ask(Kind.LIVENESS)
        tree = action_of(node)
        return (
            Ask(TcpSocket(), copied=tree)
            if tree is not None
            else Doubt(Reason.NOT_LITERAL, "the liveness probe is not written out, or has a password")
        )

    def _as_wanted(self, kind: Kind, wanted: Wanted) -> Ask | Doubt:
        known = self.evidence.of(kind)
        if isinstance(wanted.action, Exec | Grpc):  # gRPC: a number, never a name
            return Ask(wanted.action, wanted.port)
        if wanted.port is not None:
            port: PortName | None = self._declared(wanted.port)
            if port is None:
                return Doubt(Reason.NO_VALUE, f"the configuration names port {wanted.port!r}, which the container does not declare")
        else:
            port = next((a.port for a in (known, self.evidence.readiness) if isinstance(a, Ask) and a.port is not None), None)
            if port is None:
                return Doubt(Reason.NO_VALUE, "the configuration names no port, and the code shows none")
        if wanted.action is not None:
            return Ask(wanted.action, port)
        if isinstance(known, Ask) and known.copied is None and not isinstance(known.action, Exec):
            return replace(known, port=port)
        return Ask(TcpSocket(), port)

    def _declared(self, port: int | str) -> PortName | None:
        if isinstance(port, int):
            return self.witness.ports.named(port)
        return port if any(p.name == port for p in self.witness.container.ports) else None

    # How often, and how patiently

    def _timed(self, missing: tuple[Kind, ...], given: Mapping[Kind, Ask], doubts: Mapping[Kind, Doubt]) -> Plan:
        probes: dict[Kind, Probe] = {}
        stopped = dict(doubts)
        if Kind.READINESS in given:
            probes[Kind.READINESS] = Probe(given[Kind.READINESS], self._readiness(given[Kind.READINESS]))
        if Kind.LIVENESS in given:
            beside = self._beside(probes)
            if beside is None:
                stopped[Kind.LIVENESS] = Doubt(Reason.COMPUTED, "the numbers of the readiness probe, than which it must not be stricter")
            else:
                guarded = Kind.STARTUP in given or self.there[Kind.STARTUP] is not False
                probes[Kind.LIVENESS] = Probe(given[Kind.LIVENESS], self._liveness(given[Kind.LIVENESS], beside, guarded=guarded))
        if Kind.STARTUP in given and (Kind.LIVENESS in probes or self.there[Kind.LIVENESS] is True):
            probes[Kind.STARTUP] = Probe(given[Kind.STARTUP], self._startup(given[Kind.STARTUP], probes.get(Kind.LIVENESS)))
        return Plan(missing, {kind: probes[kind] for kind in Kind if kind in probes}, stopped)

    def _base(self, kind: Kind, ask: Ask, failures: int) -> Timing:
        timings = self.timings
        timing = Timing(max(timings.period_seconds, ask.period), max(timings.timeout_seconds, ask.timeout), failures)
        wanted = self.wanted.get(kind)
        if not isinstance(wanted, Wanted):
            return timing
        return Timing(
            wanted.period_seconds or timing.period,
            wanted.timeout_seconds or timing.timeout,
            wanted.failure_threshold or timing.failures,
            wanted.initial_delay_seconds or 0,
        )

    def _beside(self, probes: Mapping[Kind, Probe]) -> Timing | None:
        """Timing of the readiness probe beside a liveness probe; the most impatient one where there is none. None: it is not known."""
        if Kind.READINESS in probes:
            return probes[Kind.READINESS].timing
        if self.there[Kind.READINESS] is False:
            return Timing(1, 1, 1)
        node = self.nodes[Kind.READINESS]
        return timing_of(node) if node is not None else None

    def _readiness(self, ask: Ask) -> Timing:
        timing = self._base(Kind.READINESS, ask, self.timings.readiness_failure_threshold)
        node = self.nodes[Kind.LIVENESS]
        live = timing_of(node) if node is not None else None
        if live is None:
            return timing
        if ask.copied is not None and not isinstance(self.wanted.get(Kind.READINESS), Wanted):
            return Timing(live.period, live.timeout, min(timing.failures, live.failures))
        period = max(1, min(timing.period, live.patience))
        timeout = max(ask.timeout, min(timing.timeout, live.timeout))
        return replace(timing, period=period, timeout=timeout, failures=max(1, min(timing.failures, live.patience // period)))

    def _liveness(self, ask: Ask, readiness: Timing, *, guarded: bool) -> Timing:
        timing = self._base(Kind.LIVENESS, ask, self.timings.liveness_failure_threshold)
        failures = max(timing.failures, -(-readiness.patience // timing.period))
        timing = replace(timing, timeout=max(timing.timeout, readiness.timeout), failures=failures)
        wanted = self.wanted.get(Kind.LIVENESS)
        chosen = isinstance(wanted, Wanted) and wanted.initial_delay_seconds is not None
        if guarded or chosen or self.evidence.slow is False:
            return timing
        return replace(timing, delay=self._budget())

    def _startup(self, ask: Ask, liveness: Probe | None) -> Timing:
        """It asks what the liveness probe does, so an answer may take it as long."""
        node = self.nodes[Kind.LIVENESS]
        beside = liveness.timing if liveness is not None else timing_of(node) if node is not None else None
        timing = self._base(Kind.STARTUP, ask, 1)
        timing = replace(timing, timeout=max(timing.timeout, beside.timeout if beside is not None else 0))
        wanted = self.wanted.get(Kind.STARTUP)
        if isinstance(wanted, Wanted) and wanted.failure_threshold is not None:
            return timing
        return replace(timing, failures=max(1, -(-self._budget() // timing.period)))

    def _budget(self) -> int:
        return self.timings.unknown_startup_seconds if self.evidence.slow is None else self.timings.startup_seconds
