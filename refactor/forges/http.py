"""Requests to one forge's API: with patience where that helps, and an error that says what to do where it does not.

The token goes to the API's own origin and nowhere else: redirects to another host are not followed, and of a link to the next page only the
query counts, so neither a wrong base URL in the forge's settings nor a hostile answer can lead it away.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests

from refactor.forges.advice import Answer, explain, is_page, not_api, seconds_to_wait, when
from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.fields import Unusable, items
from refactor.forges.remote import Location
from refactor.forges.secret import Secret
from refactor.forges.settings import ForgeKind
from refactor.forges.tokens import Token, api_headers
from refactor.registry.headers import next_link, redact
from refactor.registry.http import Session, cause, isolate, origin

Query = Mapping[str, str | int]
Outcome = Answer | ForgeError

MAX_BODY = 32 * 1024 * 1024
"""Bytes of one answer: a page of 100 pull requests with the longest bodies is 6.5 MB, and GitLab's bodies may be longer."""

_CHUNK = 64 * 1024
_MAX_REDIRECTS = 3
_BACKOFF, _MAX_BACKOFF = 1.0, 30.0  # seconds
_SAFE_TO_REPEAT = frozenset({"GET", "PUT", "PATCH", "DELETE"})
_HEADERS = {
    # "API Versions" in GitHub's documentation; the others take any JSON.
    ForgeKind.GITHUB: {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"},
    ForgeKind.GITLAB: {"Accept": "application/json"},
    ForgeKind.GITEA: {"Accept": "application/json"},
}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class _Trouble(Exception):
    """No answer, or not a whole one: another try may help. The message is for people."""


class Transport:
    """Sends requests for one project with one token. Not for several threads.

    Args:
        timeout: seconds for a connection, and for each piece of an answer.
        retries: how often a request is repeated after a connection error, a rate limit or 5xx. What makes something new (POST) is repeated
            only where the forge said that it did nothing: after a rate limit.
        max_wait: the longest pause, seconds, that a forge may ask for; it is an error (``RATE_LIMITED``) if it wants more.
    """

    def __init__(
        self,
        location: Location,
        token: Token | None,
        *,
        env: Mapping[str, str],
        timeout: float = 30.0,
        retries: int = 3,
        max_wait: float = 120.0,
        session_factory: Callable[[], requests.Session] = Session,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
        sleep: Callable[[float], object] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.location = location
        self.token = token
        self.sent = 0
        self._timeout, self._retries, self._max_wait = timeout, retries, max_wait
        self._clock, self._now, self._sleep, self._jitter = clock, now, sleep, jitter
        self._session = session_factory()
        self._prepare(self._session, env)

    def close(self) -> None:
        self._session.close()

    def send(self, method: str, path: str, *, query: Query | None = None, body: Mapping[str, object] | None = None) -> Outcome:
        """Send a request for ``path`` below the API's base URL (a whole URL of the same origin will do too) and return a 2xx answer.

        Any other status is a :class:`ForgeError`, explained.
        """
        url = path if "://" in path else self.location.api + path
        if query:
            url += "?" + urlencode(query)
        if _origin(url) != _origin(self.location.api):
            return ForgeError(ForgeReason.BAD_ANSWER, f"{redact(url)} is not on {self.location.host}, and is not asked")
        for attempt in range(self._retries + 1):
            outcome = self._attempt(method, url, body)
            if isinstance(outcome, Answer) and outcome.ok:
                return outcome
            last = attempt == self._retries
            if isinstance(outcome, _Trouble):
                if last or method not in _SAFE_TO_REPEAT:
                    return self._unreachable(method, outcome)
                pause = self._backoff(attempt)
            elif isinstance(outcome, ForgeError):
                return outcome
            else:
                asked = self._pause(method, outcome, attempt)
                if asked is None or last or asked > self._max_wait:
                    return self._failed(outcome)
                pause = asked
            self._sleep(pause)
        raise AssertionError("the last attempt returns")

    def pages(self, path: str, query: Query | None = None, *, most: int = 100) -> Sequence[object] | ForgeError:
        """Return the elements of all pages of a list, ``most`` pages at most.

        The next page is what ``Link: <...>; rel="next"`` says (RFC 8288; all three forges), else GitLab's ``X-Next-Page``.
        """
        found: list[object] = []
        at: dict[str, str | int] = dict(query or {})
        for _ in range(most):
            answer = self.send("GET", path, query=at)
            if isinstance(answer, ForgeError):
                return answer
            try:
                found += items(answer.content)
            except Unusable as error:
                return self.unusable(path, error)
            further = _next(answer, at)
            if further is None or further == at:
                break
            at = further
        return found

    def unusable(self, what: str, error: Unusable) -> ForgeError:
        return ForgeError(ForgeReason.BAD_ANSWER, f"{self.location.host} answers {what} with what cannot be used: {error}")

    def _attempt(self, method: str, url: str, body: Mapping[str, object] | None) -> Outcome | _Trouble:
        for _ in range(_MAX_REDIRECTS + 1):
            try:
                answer = self._once(method, url, body)
            except _Trouble as trouble:
                return trouble
            if isinstance(answer, ForgeError) or answer.status not in (301, 302, 303, 307, 308):
                return answer
            # RFC 9110 section 15.4: 307 and 308 keep the method; after the others a write would become a GET.
            target = _joined(url, answer.headers.get("Location", ""))
            if not target or _origin(target) != _origin(url):
                return not_api(self.location, redact(url), f"redirects to {redact(target) or 'nowhere'}")
            if method != "GET" and answer.status not in (307, 308):
                return ForgeError(
                    ForgeReason.NOT_FOUND, f"{redact(url)} has moved to {redact(target)}", "set the git remote to where the project is now"
                )
            url = target
        return not_api(self.location, redact(url), f"redirects more than {_MAX_REDIRECTS} times")

    def _once(self, method: str, url: str, body: Mapping[str, object] | None) -> Outcome:
        """One exchange.

        Raises:
            _Trouble: no answer, or not a whole one.
        """
        where, started = redact(url), self._clock()
        data = None if body is None else json.dumps(body).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        self.sent += 1
        try:
            with self._session.request(
                method, url, data=data, headers=headers, timeout=self._timeout, allow_redirects=False, stream=True
            ) as response:
                raw = bytearray()
                for chunk in response.iter_content(_CHUNK):
                    raw += chunk
                    if len(raw) > MAX_BODY:
                        return ForgeError(ForgeReason.BAD_ANSWER, f"{where} sends more than {MAX_BODY} bytes")
                    if self._clock() - started > 4 * self._timeout:
                        raise _Trouble(f"{where} did not send a whole answer within {4 * self._timeout:g} s")
                return self._read(where, response, bytes(raw))
        except requests.exceptions.SSLError as error:
            return ForgeError(
                ForgeReason.UNREACHABLE,
                f"{where}: no trusted connection ({cause(error)})",
                "set REQUESTS_CA_BUNDLE to a file with the certificates to trust, if it has one of your own authority",
            )
        except requests.exceptions.Timeout as error:
            raise _Trouble(f"{where} did not answer within {self._timeout:g} s") from error
        except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            raise _Trouble(f"{where}: {cause(error)}") from error
        except requests.exceptions.RequestException as error:
            return ForgeError(ForgeReason.BAD_ANSWER, f"{where}: {type(error).__name__}")

    def _read(self, where: str, response: requests.Response, raw: bytes) -> Outcome:
        page = is_page(response.headers.get("Content-Type", ""), raw)
        if page and response.status_code < 400 and not response.is_redirect:
            return not_api(self.location, where, "answers with a web page")
        try:
            content: object = json.loads(raw) if raw.strip() and not page else None
        except (ValueError, RecursionError):
            if response.ok:
                return ForgeError(ForgeReason.BAD_ANSWER, f"{where} answers with what is no JSON")
            content = None
        return Answer(response.status_code, response.headers, content, where, page)

    def _pause(self, method: str, answer: Answer, attempt: int) -> float | None:
        """Seconds after which the same request may succeed; None where it won't, or might do something twice."""
        if (asked := seconds_to_wait(answer, self._now())) is not None:
            return asked or self._backoff(attempt)
        if answer.status in (500, 502, 503, 504) and method in _SAFE_TO_REPEAT:
            return self._backoff(attempt)
        return None

    def _backoff(self, attempt: int) -> float:
        return min(_MAX_BACKOFF, _BACKOFF * float(2**attempt)) * (0.5 + 0.5 * self._jitter())

    def _failed(self, answer: Answer) -> ForgeError:
        wait = seconds_to_wait(answer, self._now())
        if wait is not None:
            said = f"{self.location.host} takes no more requests {when(wait, self._now())}"
            return ForgeError(ForgeReason.RATE_LIMITED, said, "run again then; what is done already stays", answer.status)
        return explain(answer, self.location, self.token)

    def _unreachable(self, method: str, trouble: _Trouble) -> ForgeError:
        unknown = "" if method in _SAFE_TO_REPEAT else "whether it was carried out is not known; "
        return ForgeError(ForgeReason.UNREACHABLE, self._hidden(str(trouble)), f"{unknown}the next run goes on from here")

    def _hidden(self, text: str) -> str:
        return (self.token.secret if self.token else Secret("")).hidden(text)

    def _prepare(self, session: requests.Session, env: Mapping[str, str]) -> None:
        isolate(session, urlsplit(self.location.api).netloc, env)
        session.verify = env.get("REQUESTS_CA_BUNDLE") or env.get("CURL_CA_BUNDLE") or env.get("SSL_CERT_FILE") or True
        session.headers.update({"User-Agent": "tfmod"} | _HEADERS[self.location.kind])
        if self.token is not None:
            session.headers.update(api_headers(self.location.kind, self.token))


def _next(answer: Answer, at: Mapping[str, str | int]) -> dict[str, str | int] | None:
    link = next_link(answer.headers.get("Link", ""))
    if link is not None:
        return dict(at) | dict(parse_qsl(urlsplit(link).query))
    page = answer.headers.get("X-Next-Page", "").strip()
    return dict(at) | {"page": page} if page.isdecimal() else None


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location) if location else ""
    except ValueError:
        return ""


def _origin(url: str) -> tuple[str, str]:
    """The origin of what may be no URL: that has none."""
    try:
        return origin(urlsplit(url))
    except ValueError:
        return "", ""
