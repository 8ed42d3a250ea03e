"""Requests to registries: authenticated, repeated with patience where that helps, and stopped where it does not."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType

import requests

from refactor.reasons import Reason
from refactor.registry.answers import Failure
from refactor.registry.config import Endpoint, RegistryConfig
from refactor.registry.credentials import Keychain
from refactor.registry.headers import RateLimit, rate_limit, retry_after
from refactor.registry.http import Session
from refactor.registry.tokens import Authorizer
from refactor.registry.wire import MAX_BODY, Refusal, Response, Trouble, Wire

_RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_BACKOFF = 0.5  # seconds before the first repetition, at most; doubled for each further one
_MAX_BACKOFF = 8.0
_ERRORS_TO_GIVE_UP = 3  # requests in a row that a host answered only with 5xx


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Transport:
    """Sends a request until there is an answer or no hope of one.

    Repeats (``config.retries`` times, with doubling, jittered pauses) after connection errors, 408, 429 and 5xx; obeys ``Retry-After`` up
    to ``config.max_wait`` seconds, and gives up at once where a registry asks for more. A host that is down (or out of quota, for a method)
    is not asked again by this object. Safe to use from several threads; :meth:`stop` ends all waiting.
    """

    def __init__(
        self,
        config: RegistryConfig,
        keychain: Keychain,
        *,
        env: Mapping[str, str],
        session_factory: Callable[[], requests.Session] = Session,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
        sleep: Callable[[float], None] | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.config = config
        self._stopped = threading.Event()
        self._now = now
        self._sleep: Callable[[float], object] = sleep if sleep is not None else self._stopped.wait
        self._jitter = jitter
        self.wire = Wire(timeout=config.timeout, connections=config.workers, env=env, session_factory=session_factory, clock=clock)
        self._authorizer = Authorizer(self.wire, keychain, clock)
        self._health = _Health()
        self._rates: dict[str, RateLimit] = {}

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.stop()
        self.wire.close()

    def stop(self) -> None:
        """End waiting and refuse new requests; those under way end by themselves."""
        self._stopped.set()

    def rate(self, endpoint: Endpoint) -> RateLimit | None:
        """Return what the endpoint said last about its limit, or None if it never did."""
        return self._rates.get(endpoint.base)

    def fetch(
        self, method: str, endpoint: Endpoint, path: str, *, repository: str, accept: str = "", limit: int = MAX_BODY
    ) -> Response | Failure:
        """Send ``method`` for ``path`` (with its query) at the endpoint; ``repository`` is what a token has to be good for.

        Any status that no repetition can change comes back as a :class:`Response`, 401 excepted.
        """
        attempt = 0
        while True:
            if self._stopped.is_set():
                return Failure(Reason.UNREACHABLE, "the run was interrupted")
            if (known := self._health.known(endpoint, method)) is not None:
                return known
            outcome = self._attempt(method, endpoint, path, repository, accept, limit)
            if isinstance(outcome, Failure):
                return outcome
            if isinstance(outcome, Response) and outcome.status not in _RETRIED:
                self._health.answered(endpoint)
                return outcome
            pause = self._pause(outcome, attempt)
            if pause is None or attempt == self.config.retries:
                return self._give_up(endpoint, method, outcome)
            self._sleep(pause)
            attempt += 1

    def _attempt(
        self, method: str, endpoint: Endpoint, path: str, repository: str, accept: str, limit: int
    ) -> Response | Failure | Trouble:
        try:
            sent = self._authorizer.header(endpoint, repository)
            response = self._send(method, endpoint, path, sent, accept, limit)
            for _ in range(2):
                challenge = response.headers.get("WWW-Authenticate", "")
                if response.status != 401:
                    return response
                sent = self._authorizer.answer(endpoint, repository, challenge, sent)
                response = self._send(method, endpoint, path, sent, accept, limit)
                # A second answer helps only where a token was too narrow for this path.
                if not self._authorizer.wants_more(endpoint, repository, response.headers.get("WWW-Authenticate", "")):
                    break
        except Refusal as refusal:
            return refusal.failure
        except Trouble as trouble:
            return trouble
        if response.status == 401:
            return Failure(Reason.UNAUTHORIZED, f"{endpoint.label} refuses access to {repository}: {error_code(response)}")
        return response

    def _give_up(self, endpoint: Endpoint, method: str, outcome: Response | Trouble) -> Failure:
        if isinstance(outcome, Response):
            return self._health.failed(endpoint, method, outcome)
        failure = Failure(Reason.UNREACHABLE, str(outcome))
        self.wire.give_up(outcome.base, failure)
        return failure

    def _send(self, method: str, endpoint: Endpoint, path: str, authorization: str, accept: str, limit: int) -> Response:
        response = self.wire.send(method, f"{endpoint.base}{path}", authorization=authorization, accept=accept, limit=limit)
        rate = rate_limit(response.headers.get("RateLimit-Remaining"), response.headers.get("RateLimit-Limit"))
        if rate is not None:
            self._rates[endpoint.base] = rate
        return response

    def _pause(self, outcome: Response | Trouble, attempt: int) -> float | None:
        """Seconds to wait before the next try; None if the registry asks for more patience than the run has."""
        if isinstance(outcome, Response) and (asked := outcome.headers.get("Retry-After")) is not None:
            wait = retry_after(asked, self._now())
            if wait is not None:
                return wait if wait <= self.config.max_wait else None
        most = min(_MAX_BACKOFF, _BACKOFF * float(2**attempt))
        return most * (0.5 + 0.5 * self._jitter())


class _Health:
    """Which registries answer, but not with what helps. One out of quota is left alone for that method only: Docker Hub counts GET and
    not HEAD. One that answers several requests in a row with 5xx is left alone for good."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._useless: dict[tuple[str, str], Failure] = {}
        self._errors: dict[str, int] = {}

    def known(self, endpoint: Endpoint, method: str) -> Failure | None:
        with self._lock:
            return self._useless.get((endpoint.base, "")) or self._useless.get((endpoint.base, method))

    def answered(self, endpoint: Endpoint) -> None:
        with self._lock:
            self._errors.pop(endpoint.base, None)

    def failed(self, endpoint: Endpoint, method: str, response: Response) -> Failure:
        with self._lock:
            if response.status == 429:
                wait = response.headers.get("Retry-After", "").strip()
                asks = f" and asks to wait {wait[:9]} s" if wait.isdecimal() else ""
                failure = Failure(Reason.RATE_LIMITED, f"{endpoint.label} answers 429 (too many requests){asks}")
                key = (endpoint.base, method)
            else:
                failure = Failure(Reason.REGISTRY_ERROR, f"{endpoint.label} answers {response.status}: {error_code(response)}")
                key = (endpoint.base, "")
                self._errors[endpoint.base] = self._errors.get(endpoint.base, 0) + 1
            if response.status == 429 or self._errors[endpoint.base] >= _ERRORS_TO_GIVE_UP:
                self._useless[key] = Failure(failure.reason, f"not asked again after: {failure.detail}")
            return failure


def error_code(response: Response) -> str:
    """Return the registry's own codes for what went wrong (``MANIFEST_UNKNOWN``), or the status.

    distribution-spec, "Error Codes": the body is ``{"errors": [{"code": ..., "message": ..., "detail": ...}]}``. Messages are left out: a
    registry may repeat in them what was sent.
    """
    try:
        answer = json.loads(response.body)
    except (ValueError, RecursionError):
        return f"status {response.status}"
    errors = answer.get("errors") if isinstance(answer, dict) else None
    codes = [error.get("code") for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    known = [code for code in codes[:3] if isinstance(code, str) and re.fullmatch(r"[A-Za-z0-9_]{1,40}", code)]
    return ", ".join(known) or f"status {response.status}"
