"""One HTTP request, with what must hold for each: bounded time and size, safe redirects, no credentials but those given.

Everything above (authentication, retries) is in other modules; everything below is ``requests``.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

from refactor.reasons import Reason
from refactor.registry.answers import Failure
from refactor.registry.config import is_internal
from refactor.registry.headers import redact
from refactor.registry.http import Session, cause, isolate, origin

USER_AGENT = "tfmod"
MAX_BODY = 8 * 1024 * 1024
"""Bytes. distribution-spec, "Pushing Manifests", asks registries to take manifests of 4 MiB."""

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer. ``headers`` finds names in any case; ``url`` is where the request that was answered went."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Trouble(Exception):
    """The connection to ``base`` failed, or nothing came in time: another try may help. The message is for people."""

    def __init__(self, base: str, message: str) -> None:
        super().__init__(message)
        self.base = base


class Refusal(Exception):
    """The exchange was given up, and another try would end in the same way."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


class Wire:
    """Sends single requests, over one session for each host. Safe to use from several threads.

    ``timeout`` (seconds) is for a connection and for each piece of an answer; a whole answer may take three times as long. ``sent`` counts
    requests by scheme and host. A host that :meth:`give_up` names is not asked any more, be it registry, token service or redirect.
    """

    def __init__(
        self,
        *,
        timeout: float,
        connections: int,
        env: Mapping[str, str],
        session_factory: Callable[[], requests.Session] = Session,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._timeout = timeout
        self._connections = connections
        self._env = env
        self._new_session = session_factory
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, requests.Session] = {}
        self._dead: dict[str, Failure] = {}
        self.sent: Counter[str] = Counter()

    def send(
        self,
        method: str,
        url: str,
        *,
        authorization: str = "",
        accept: str = "",
        form: Mapping[str, str] | None = None,
        limit: int = MAX_BODY,
    ) -> Response:
        """Return the answer, whatever its status, after at most five redirects. A ``form`` is posted and never follows a redirect.

        ``authorization`` goes to the origin of ``url`` only: not to another host, port or scheme on a redirect.

        Raises:
            Trouble: no answer, or not a whole one.
            Refusal: an answer that must not be followed or read on.
        """
        first = origin(urlsplit(url))
        for _ in range(_MAX_REDIRECTS + 1):
            headers = {"Accept": accept} if accept else {}
            if authorization and origin(urlsplit(url)) == first:
                headers["Authorization"] = authorization
            response = self._once(method, url, headers, form, limit)
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or not location:
                return response
            if form is not None:
                raise Refusal(Failure(Reason.BAD_ANSWER, f"{redact(url)} redirects a request that carries a token"))
            url = _target(url, location)
        raise Refusal(Failure(Reason.BAD_ANSWER, f"{redact(url)} redirects more than {_MAX_REDIRECTS} times"))

    def give_up(self, base: str, failure: Failure) -> None:
        """Ask ``base`` (scheme and host) no more in this run."""
        with self._lock:
            self._dead.setdefault(base, Failure(failure.reason, f"not asked again after: {failure.detail}"))

    def close(self) -> None:
        with self._lock:
            for session in self._sessions.values():
                session.close()
            self._sessions.clear()

    def _once(self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None, limit: int) -> Response:
        where = redact(url)
        deadline = self._clock() + 3 * self._timeout
        base = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        session = self._session(base)
        try:
            with session.request(
                method, url, headers=dict(headers), data=form, timeout=self._timeout, allow_redirects=False, stream=True
            ) as answer:
                body = bytearray()
                for chunk in answer.iter_content(_CHUNK):
                    body += chunk
                    if len(body) > limit:
                        raise Refusal(Failure(Reason.BAD_ANSWER, f"{where} sends more than {limit} bytes"))
                    if self._clock() > deadline:
                        raise Trouble(base, f"{where} did not send a whole answer within {3 * self._timeout:g} s")
                return Response(answer.status_code, answer.headers, bytes(body), url)
        except requests.exceptions.SSLError as error:
            failure = Failure(Reason.UNREACHABLE, f"{where}: no trusted connection ({cause(error)})")
            self.give_up(base, failure)
            raise Refusal(failure) from error
        except requests.exceptions.Timeout as error:
            raise Trouble(base, f"{where} did not answer within {self._timeout:g} s") from error
        except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            raise Trouble(base, f"{where}: {cause(error)}") from error
        except requests.exceptions.RequestException as error:
            raise Refusal(Failure(Reason.BAD_ANSWER, f"{where}: {type(error).__name__}")) from error

    def _session(self, base: str) -> requests.Session:
        with self._lock:
            if (dead := self._dead.get(base)) is not None:
                raise Refusal(dead)
            self.sent[base] += 1
            session = self._sessions.get(base)
            if session is None:
                session = self._sessions[base] = self._open(urlsplit(base))
            return session

    def _open(self, parts: SplitResult) -> requests.Session:
        session = self._new_session()
        session.mount(f"{parts.scheme}://", HTTPAdapter(pool_connections=1, pool_maxsize=self._connections, pool_block=True))
        isolate(session, parts.netloc, self._env)
        bundle = self._env.get("REQUESTS_CA_BUNDLE") or self._env.get("SSL_CERT_FILE")
        session.verify = bundle if bundle else True
        # `identity`: a digest is of the bytes as the registry stores them.
        session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
        return session


def _origin(parts: SplitResult) -> tuple[str, str]:
    """RFC 6454 section 4, with the port that the scheme implies left out."""
    netloc = parts.netloc.rpartition("@")[2].lower()
    default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return parts.scheme, netloc.removesuffix(default) if default else netloc


def _target(url: str, location: str) -> str:
    """Return where a redirect leads.

    Raises:
        Refusal: it leaves https, or leads from a public host to an address of this machine or network.
    """
    where = redact(url)
    try:
        target = urljoin(url, location)
        before, after = urlsplit(url), urlsplit(target)
    except ValueError as error:
        raise Refusal(Failure(Reason.BAD_ANSWER, f"{where} redirects to what is no URL")) from error
    if after.scheme not in ("http", "https") or not after.netloc:
        raise Refusal(Failure(Reason.BAD_ANSWER, f"{where} redirects to what is no web address"))
    if before.scheme == "https" and after.scheme == "http":
        raise Refusal(Failure(Reason.BAD_ANSWER, f"{where} redirects from https to plain http ({after.hostname})"))
    if is_internal(after.netloc.rpartition("@")[2]) and not is_internal(before.netloc):
        raise Refusal(Failure(Reason.BAD_ANSWER, f"{where} redirects to {after.hostname}, an address of this machine or network"))
    return target
