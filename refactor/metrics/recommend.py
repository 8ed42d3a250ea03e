"""From usage to requests and limits. Pure; every number comes with the words that explain it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TypeVar

from refactor.kubernetes.quantities import Quantity, cpu_text, memory_text, round_up_cpu, round_up_memory
from refactor.metrics.usage import Cpu, Memory, NoUsage, Usage
from refactor.reasons import Reason

_MI = 1024**2
_CPU_MINIMUM = Quantity.parse("10m")
_MEMORY_MINIMUM = Quantity.parse("16Mi")
_MEMORY_LIMIT_MINIMUM = Quantity.parse("32Mi")
M = TypeVar("M", Cpu, Memory)


@dataclass(frozen=True, slots=True)
class Policy:
    """How usage becomes requests and limits. Head-room is in per cent on top.

    Attributes:
        cpu_request_headroom: on the median. None by default: a request is a share that the container gets when the node is busy, and what
            it does not use others may; above its request it runs on whatever is free.
        memory_request_headroom: on the median. None by default: the request is for placing pods, and the limit gives the room to grow.
        memory_limit_headroom: on the 99th percentile. 20, for growth until somebody measures again.
        memory_peak_headroom: on the highest value ever seen, below which a limit never is. 10: passing the limit kills the container, and
            between two scrapes there were peaks that nobody saw.
        cpu_limit_headroom: on the 99th percentile of CPU. None: no limit, since a CPU limit slows a container down while CPUs are idle.
        cpu_minimum, memory_minimum, memory_limit_minimum: what nothing goes below: 10m, 16Mi and 32Mi. An idle container must still start
            and answer its probes.
        min_samples, min_covered: below these there is no recommendation. 288 is a day at 5 minutes, and a day has its quiet and its busy
            hours; several pods at once do not make up for a shorter time.
    """

    cpu_request_headroom: int = 0
    memory_request_headroom: int = 0
    memory_limit_headroom: int = 20
    memory_peak_headroom: int = 10
    cpu_limit_headroom: int | None = None
    cpu_minimum: Quantity = _CPU_MINIMUM
    memory_minimum: Quantity = _MEMORY_MINIMUM
    memory_limit_minimum: Quantity = _MEMORY_LIMIT_MINIMUM
    min_samples: int = 288
    min_covered: timedelta = timedelta(days=1)

    def __post_init__(self) -> None:
        headroom = (self.cpu_request_headroom, self.memory_request_headroom, self.memory_limit_headroom, self.memory_peak_headroom)
        minimum = (self.cpu_minimum, self.memory_minimum, self.memory_limit_minimum)
        if min(*headroom, self.cpu_limit_headroom or 0) < 0 or any(each.nano <= 0 for each in minimum):
            raise ValueError("head-room is 0 or more per cent, and a minimum is above 0")


@dataclass(frozen=True, slots=True)
class Advice:
    """One number. ``text`` is how it is written (``250m``, ``512Mi``); ``why`` is for people."""

    value: Quantity
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Resources:
    """Requests and limits of a container. ``missing`` says why there is nothing about CPU or about memory."""

    cpu_request: Advice | None = None
    memory_request: Advice | None = None
    memory_limit: Advice | None = None
    cpu_limit: Advice | None = None
    missing: tuple[NoUsage, ...] = ()


def recommend(usage: Usage, policy: Policy) -> Resources | NoUsage:
    """Return what the container should ask for, and its limits; a :class:`NoUsage` where neither CPU nor memory was measured enough.

    Requests come from the median, the memory limit from the 99th percentile and the peak. A limit is never below its request.
    """
    cpu = _enough("cpu", usage.cpu, usage, policy)
    memory = _enough("memory", usage.memory, usage, policy)
    missing = tuple(each for each in (cpu, memory) if isinstance(each, NoUsage))
    if isinstance(cpu, NoUsage) and isinstance(memory, NoUsage):
        return cpu if cpu.reason is Reason.TOO_FEW_SAMPLES else memory
    cpu_request = cpu_limit = memory_request = memory_limit = None
    if not isinstance(cpu, NoUsage):
        cpu_request = _cpu_request(cpu, usage, policy)
        cpu_limit = _cpu_limit(cpu, cpu_request, usage, policy)
    if not isinstance(memory, NoUsage):
        memory_request = _memory_request(memory, usage, policy)
        memory_limit = _memory_limit(memory, memory_request, usage, policy)
    return Resources(cpu_request, memory_request, memory_limit, cpu_limit, missing)


def evidence(usage: Usage, samples: int) -> str:
    """What a number rests on: ``over 14d, 3 pods, 12096 samples``; where the window is not covered, how much of it is."""
    covered = min(usage.covered, usage.window)
    whole = covered >= usage.window - timedelta(hours=1)
    over = _span(usage.window) if whole else f"{_span(covered)} of the last {_span(usage.window)}"
    return f"over {over}, {usage.pods} pod{'' if usage.pods == 1 else 's'}, {samples} samples"


def _enough(name: str, measure: M | None, usage: Usage, policy: Policy) -> M | NoUsage:
    if measure is None:
        return NoUsage(Reason.NO_DATA, f"no {name} usage was measured")
    if measure.samples < policy.min_samples:
        return NoUsage(
            Reason.TOO_FEW_SAMPLES, f"{name}: {evidence(usage, measure.samples)}; at least {policy.min_samples} samples are needed"
        )
    if usage.covered < policy.min_covered:
        needed = f"at least {_span(policy.min_covered)} are needed"
        return NoUsage(Reason.TOO_FEW_SAMPLES, f"{name}: {evidence(usage, measure.samples)}; {needed}")
    return measure


def _cpu_request(cpu: Cpu, usage: Usage, policy: Policy) -> Advice:
    wanted = round_up_cpu(_more(_exact(cpu.median), policy.cpu_request_headroom))
    value = max(wanted, policy.cpu_minimum)
    why = f"cpu median {_cores(cpu.median)}{_plus(policy.cpu_request_headroom)} {evidence(usage, cpu.samples)}"
    return Advice(value, cpu_text(value), why + _raised(value > wanted, "the minimum"))


def _cpu_limit(cpu: Cpu, request: Advice, usage: Usage, policy: Policy) -> Advice | None:
    if policy.cpu_limit_headroom is None:
        return None
    wanted = round_up_cpu(_more(_exact(cpu.p99), policy.cpu_limit_headroom))
    value = max(wanted, request.value)
    why = f"cpu 99th percentile {_cores(cpu.p99)}{_plus(policy.cpu_limit_headroom)} {evidence(usage, cpu.samples)}"
    return Advice(value, cpu_text(value), why + _raised(value > wanted, "the request"))


def _memory_request(memory: Memory, usage: Usage, policy: Policy) -> Advice:
    wanted = round_up_memory(_more(Fraction(memory.median), policy.memory_request_headroom))
    value = max(wanted, policy.memory_minimum)
    why = f"memory median {_mebibytes(memory.median)}{_plus(policy.memory_request_headroom)} {evidence(usage, memory.samples)}"
    return Advice(value, memory_text(value), why + _raised(value > wanted, "the minimum"))


def _memory_limit(memory: Memory, request: Advice, usage: Usage, policy: Policy) -> Advice:
    from_p99 = _more(Fraction(memory.p99), policy.memory_limit_headroom)
    from_peak = _more(Fraction(memory.peak), policy.memory_peak_headroom)
    wanted = round_up_memory(max(from_p99, from_peak))
    value = max(wanted, policy.memory_limit_minimum, request.value)
    p99 = f"memory 99th percentile {_mebibytes(memory.p99)}{_plus(policy.memory_limit_headroom)}"
    peak = f"peak {_mebibytes(memory.peak)}{_plus(policy.memory_peak_headroom)}"
    numbers = f"{p99} (above the {peak})" if from_p99 >= from_peak else f"memory {peak} (above the {p99.removeprefix('memory ')})"
    raised = _raised(value > wanted, "the request" if value == request.value and value > policy.memory_limit_minimum else "the minimum")
    return Advice(value, memory_text(value), f"{numbers} {evidence(usage, memory.samples)}{raised}")


def _exact(cores: float) -> Fraction:
    return Fraction(str(cores))  # the decimal that is written and saved, not its nearest binary number


def _more(amount: Fraction, headroom: int) -> Fraction:
    return amount * (100 + headroom) / 100


def _plus(headroom: int) -> str:
    return f" + {headroom}%" if headroom else ""


def _raised(raised: bool, to: str) -> str:
    return f"; raised to {to}" if raised else ""


def _cores(cores: float) -> str:
    return f"{cores:.6f}".rstrip("0").rstrip(".") + " cores"


def _mebibytes(size: int) -> str:
    return f"{size / _MI:.1f} MiB"


def _span(time: timedelta) -> str:
    """``14d``, ``3d 4h``, ``50m``: days and hours; minutes where there is not an hour."""
    minutes = int(time.total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    parts = [f"{count}{unit}" for count, unit in ((days, "d"), (hours, "h")) if count]
    return " ".join(parts) or f"{minutes}m"
