"""One request to a metrics server, with what must hold for each: bounded time and size, and credentials for nobody else.

Everything above (retries, what an answer means) is in :mod:`refactor.metrics.api`; everything below is ``requests``.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests

from refactor.metrics.config import PrometheusConfig
from refactor.metrics.usage import NoUsage
from refactor.reasons import Reason
from refactor.registry.headers import redact
from refactor.registry.http import Session, cause, isolate

MAX_BODY = 64 * 1024 * 1024
"""Bytes of one answer, unpacked: about 300,000 series with one value each."""

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 256 * 1024
_GRACE = 1.1
"""The server is told to stop after the time-out; the answer that says so needs a moment too."""


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer. ``headers`` finds names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Trouble(Exception):
    """The connection failed: another try may help. The message is for people."""


class Refusal(Exception):
    """The exchange was given up, and another try would end in the same way."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.failure = NoUsage(reason, detail)


class Late(Refusal):
    """There was no answer in time. Less may be answered sooner, if the server answers at all."""


class Wire:
    """Posts forms to one server over one session. Not for several threads."""

    def __init__(
        self,
        config: PrometheusConfig,
        *,
        env: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._clock = clock
        self._session = _open(config, env)

    def close(self) -> None:
        self._session.close()

    def post(self, path: str, form: Mapping[str, str]) -> Response:
        """Return the answer to ``form`` at ``path`` below the base URL, whatever its status.

        Redirects are followed at the same origin only (RFC 6454 section 4), with the same form: to another one would go credentials, and
        the names of what runs in the cluster.

        Raises:
            Trouble: no answer, or not a whole one.
            Refusal: an answer that must not be followed, takes too long (``METRICS_LIMIT``), or is too large (likewise).
        """
        url = self._config.base + path
        for _ in range(_MAX_REDIRECTS + 1):
            response = self._once(url, form)
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or not location:
                return response
            url = _target(url, location, response.status)
        raise Refusal(Reason.METRICS_BAD_ANSWER, f"{redact(url)} redirects more than {_MAX_REDIRECTS} times")

    def _once(self, url: str, form: Mapping[str, str]) -> Response:
        where, patience = redact(url), self._config.timeout * _GRACE
        started = self._clock()
        try:
            with warnings.catch_warnings():
                if self._config.insecure_skip_verify:
                    warnings.filterwarnings("ignore", message="Unverified HTTPS request")  # it was asked for
                with self._session.post(
                    url, data=dict(form), timeout=(self._config.connect_timeout, patience), allow_redirects=False, stream=True
                ) as answer:
                    return Response(answer.status_code, answer.headers, self._read(answer, where, started + 2 * patience))
        except requests.exceptions.SSLError as error:
            raise Refusal(Reason.METRICS_UNREACHABLE, f"{where}: no trusted connection ({cause(error)})") from error
        except requests.exceptions.ConnectTimeout as error:
            raise Trouble(f"{where}: no connection within {self._config.connect_timeout:g} s") from error
        except requests.exceptions.Timeout as error:
            raise _late(where, patience) from error
        except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            if self._clock() - started >= patience:  # a time-out while reading comes as a broken connection
                raise _late(where, patience) from error
            raise Trouble(f"{where}: {cause(error)}") from error
        except requests.exceptions.RequestException as error:
            raise Refusal(Reason.METRICS_BAD_ANSWER, f"{where}: {type(error).__name__}") from error

    def _read(self, answer: requests.Response, where: str, deadline: float) -> bytes:
        body = bytearray()
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > MAX_BODY:
                raise Refusal(Reason.METRICS_LIMIT, f"{where} sends more than {MAX_BODY} bytes")
            if self._clock() > deadline:
                raise Refusal(Reason.METRICS_LIMIT, f"{where} did not send a whole answer in time")
        return bytes(body)


def _open(config: PrometheusConfig, env: Mapping[str, str]) -> requests.Session:
    session = Session()
    isolate(session, config.netloc, env)
    bundle = str(config.ca_file) if config.ca_file else env.get("REQUESTS_CA_BUNDLE") or env.get("SSL_CERT_FILE")
    session.verify = False if config.insecure_skip_verify else bundle or True
    if config.cert_file:
        session.cert = (str(config.cert_file), str(config.key_file)) if config.key_file else str(config.cert_file)
    session.headers.update({"User-Agent": "tfmod", "Accept": "application/json"} | dict(config.headers) | dict(config.secret_headers))
    if config.authorization:
        session.headers["Authorization"] = config.authorization
    return session


def _target(url: str, location: str, status: int) -> str:
    where = redact(url)
    try:
        target = urljoin(url, location)
        before, after = urlsplit(url), urlsplit(target)
        same = (before.scheme, before.netloc.lower()) == (after.scheme, after.netloc.lower())
    except ValueError as error:
        raise Refusal(Reason.METRICS_BAD_ANSWER, f"{where} redirects to what is no URL") from error
    if not same:
        raise Refusal(
            Reason.METRICS_BAD_ANSWER,
            f"{where} redirects to {after.scheme}://{after.netloc.rpartition('@')[2]}, which is not asked: is it a login page?",
        )
    if status == 303:
        raise Refusal(Reason.METRICS_BAD_ANSWER, f"{where} redirects to another page: is it the API's base URL?")
    return target


def _late(where: str, patience: float) -> Late:
    return Late(Reason.METRICS_LIMIT, f"{where} did not answer within {patience:g} s")
