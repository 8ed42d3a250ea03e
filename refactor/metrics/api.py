"""Queries to a Prometheus-compatible server: repeated with patience where that helps, and stopped where it does not."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType

from refactor.metrics.answers import Passing, Sample, Vector, read
from refactor.metrics.config import PrometheusConfig
from refactor.metrics.usage import NoUsage
from refactor.metrics.wire import Late, Refusal, Response, Trouble, Wire
from refactor.reasons import Reason
from refactor.registry.headers import redact, retry_after

QUERY = "/api/v1/query"
_BACKOFF = 0.5  # seconds before the first repetition, at most; doubled for each further one
_MAX_BACKOFF = 8.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _ignore(_message: str) -> None:
    pass


class PrometheusApi:
    """Sends instant queries until there is an answer or no hope of one.

    Repeats (``config.retries`` times, with doubling, jittered pauses) after connection errors, 408, 429 and 5xx; obeys ``Retry-After`` up
    to ``config.max_wait`` seconds. After any failure but ``METRICS_LIMIT`` the server is not asked again, and neither is it when
    ``config.budget`` seconds or ``config.max_requests`` are used up. ``warn`` gets what the server warns of, each text once. Not for
    several threads: queries over days of data are better put one after another.
    """

    def __init__(
        self,
        config: PrometheusConfig,
        *,
        env: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
        sleep: Callable[[float], object] = time.sleep,
        jitter: Callable[[], float] = random.random,
        warn: Callable[[str], None] | None = None,
    ) -> None:
        self.config = config
        self.label = redact(config.base)
        self.sent = 0
        self._wire = Wire(config, env=env, clock=clock)
        self._clock = clock
        self.now = now
        self._sleep = sleep
        self._jitter = jitter
        self._warn = warn if warn is not None else _ignore
        self._warned: set[str] = set()
        self._deadline: float | None = None
        self._dead: NoUsage | None = None
        self._heard = False

    def __enter__(self) -> PrometheusApi:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._wire.close()

    def query(self, expression: str, at: datetime) -> tuple[Sample, ...] | NoUsage:
        """Return the series of ``expression`` at the instant ``at``, from a POST: an expression may be longer than a URL.

        Answers that lack a part of the data are refused (Thanos: ``partial_response``, VictoriaMetrics: ``deny_partial_response``).
        """
        if self._dead is not None:
            return self._dead
        if self._deadline is None:
            self._deadline = self._clock() + self.config.budget
        form = {
            "query": expression,
            "time": f"{at.timestamp():.0f}",
            "timeout": f"{self.config.timeout:g}",
            "partial_response": "false",
            "deny_partial_response": "1",
        }
        result = self._ask(form, self._deadline)
        if isinstance(result, NoUsage):
            if result.reason is not Reason.METRICS_LIMIT:
                self._dead = NoUsage(result.reason, f"not asked again after: {result.detail}")
            return result
        for warning in result.warnings:
            if warning not in self._warned:
                self._warned.add(warning)
                self._warn(f"{self.label} warns: {warning}")
        return result.samples

    def _ask(self, form: Mapping[str, str], deadline: float) -> Vector | NoUsage:
        attempt = 0
        while True:
            if self._clock() >= deadline:
                return NoUsage(Reason.METRICS_UNREACHABLE, f"{self.label} took all of the {self.config.budget:g} s that a run has for it")
            if self.sent >= self.config.max_requests:
                return NoUsage(Reason.METRICS_UNREACHABLE, f"{self.label} was asked {self.sent} times, and a run has no more")
            outcome, asked = self._attempt(form)
            if not isinstance(outcome, Passing):
                return outcome
            pause = self._pause(asked, attempt)
            if pause is None:
                return NoUsage(outcome.failure.reason, f"{outcome.failure.detail} (and asks to wait {asked.strip()[:40]})")
            if attempt == self.config.retries:
                return outcome.failure
            self._sleep(pause)
            attempt += 1

    def _attempt(self, form: Mapping[str, str]) -> tuple[Vector | NoUsage | Passing, str]:
        """One request: its outcome, and ``Retry-After``."""
        self.sent += 1
        try:
            response: Response = self._wire.post(QUERY, form)
        except Late as late:
            # Asking for less is no help where there was never an answer.
            return NoUsage(late.failure.reason if self._heard else Reason.METRICS_UNREACHABLE, late.failure.detail), ""
        except Refusal as refusal:
            return refusal.failure, ""
        except Trouble as trouble:
            return Passing(NoUsage(Reason.METRICS_UNREACHABLE, str(trouble))), ""
        self._heard = True
        return read(response, self.label, self.config.secrets), response.headers.get("Retry-After", "")

    def _pause(self, asked: str, attempt: int) -> float | None:
        """Seconds to wait before the next try; None if the server asks for more patience than the run has."""
        wait = retry_after(asked, self.now()) if asked else None
        if wait is not None:
            return wait if wait <= self.config.max_wait else None
        most = min(_MAX_BACKOFF, _BACKOFF * float(2**attempt))
        return most * (0.5 + 0.5 * self._jitter())
