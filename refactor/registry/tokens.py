"""Answers to a registry's challenges: Basic credentials, or a Bearer token from the registry's token service.

Protocol: distribution, docs/content/spec/auth/token.md (GET) and oauth.md (POST, for identity tokens).
"""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from refactor.reasons import Reason
from refactor.registry.answers import Failure
from refactor.registry.config import Endpoint, is_internal
from refactor.registry.credentials import Credential, Keychain
from refactor.registry.headers import Challenge, challenges, choose
from refactor.registry.wire import USER_AGENT, Refusal, Response, Trouble, Wire

_DEFAULT_LIFE = 60.0  # token.md: "When omitted, this defaults to 60 seconds."
_MARGIN = 5.0  # seconds before its end at which a token is not used any more
_MAX_TOKEN_BODY = 1024 * 1024
_TOKEN = re.compile(r"[\x21-\x7e]+")  # RFC 6750 section 2.1 allows less; what matters is that it can stand in a header
_BUSY = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class _Held:
    value: str
    until: float

    def __repr__(self) -> str:
        return "_Held(...)"


class Authorizer:
    """Knows each endpoint's challenge and holds its tokens, by endpoint and scopes. Safe to use from several threads.

    Credentials go to the endpoint they are configured for, and to the token service that it names, if that is as safe as the endpoint:
    never by plain http for a registry that is asked by https, and not to an address of this network for one that is not there itself.
    """

    def __init__(self, wire: Wire, keychain: Keychain, clock: Callable[[], float]) -> None:
        self._wire = wire
        self._keychain = keychain
        self._clock = clock
        self._lock = threading.Lock()
        self._challenges: dict[str, Challenge] = {}
        self._scopes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._tokens: dict[tuple[str, str], _Held] = {}
        self._fetching: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)
        self._refused: set[tuple[str, Credential]] = set()

    def header(self, endpoint: Endpoint, repository: str) -> str:
        """Return the ``Authorization`` to send at first; empty as long as the endpoint has not asked for any.

        Raises:
            Refusal, Trouble: as :meth:`answer`.
        """
        with self._lock:
            challenge = self._challenges.get(endpoint.base)
        if challenge is None:
            return ""
        if challenge.scheme == "basic":
            credential = self._credential(endpoint, repository)
            return credential.basic() if credential else ""
        return self._bearer(endpoint, repository, challenge, refused="")

    def answer(self, endpoint: Endpoint, repository: str, header: str, refused: str) -> str:
        """Return the ``Authorization`` that answers a 401 with ``header`` as its ``WWW-Authenticate``; ``refused`` is what had been sent.

        Raises:
            Refusal: there is no answer to it: nothing is configured, it was refused already, or the challenge is not to be trusted.
            Trouble: the token service did not answer.
        """
        offered = challenges(header)
        challenge = choose(offered)
        if challenge is None:
            kinds = ", ".join(sorted({c.scheme for c in offered})) or "nothing"
            raise _unauthorized(f"{endpoint.label} refuses access and offers {kinds} to authenticate with")
        with self._lock:
            self._challenges[endpoint.base] = challenge
            if scope := challenge.parameters.get("scope"):
                self._scopes[endpoint.base, repository].update(scope.split())
        if challenge.scheme == "bearer":
            return self._bearer(endpoint, repository, challenge, refused)
        credential = self._credential(endpoint, repository)
        basic = credential.basic() if credential else ""
        if not basic:
            raise _unauthorized(f"{endpoint.label} wants a user and a password, and none is configured for {endpoint.credential_host}")
        if basic == refused:
            raise _unauthorized(f"{endpoint.label} refuses the configured user")
        return basic

    def wants_more(self, endpoint: Endpoint, repository: str, header: str) -> bool:
        """Whether the challenge names a scope that no token was asked for yet."""
        challenge = choose(challenges(header))
        scope = challenge.parameters.get("scope", "") if challenge else ""
        with self._lock:
            return not self._scopes[endpoint.base, repository].issuperset(scope.split())

    def _credential(self, endpoint: Endpoint, repository: str) -> Credential | None:
        return self._keychain.find(endpoint.credential_host, repository)

    def _bearer(self, endpoint: Endpoint, repository: str, challenge: Challenge, refused: str) -> str:
        with self._lock:
            scopes = sorted(self._scopes[endpoint.base, repository] or {f"repository:{repository}:pull"})
            key = (endpoint.base, " ".join(scopes))
            fetching = self._fetching[key]
        with fetching:  # threads that want the same token wait for one request
            held = self._tokens.get(key)
            if held is None or held.until <= self._clock() or f"Bearer {held.value}" == refused:
                held = self._fetch(endpoint, repository, challenge, scopes)
                self._tokens[key] = held
        value = f"Bearer {held.value}"
        if value == refused:
            raise _unauthorized(f"{endpoint.label} refuses the token that its token service gives")
        return value

    def _fetch(self, endpoint: Endpoint, repository: str, challenge: Challenge, scopes: list[str]) -> _Held:
        realm = _checked_realm(endpoint, challenge.parameters["realm"])
        service = challenge.parameters.get("service", "")
        credential = self._credential(endpoint, repository)
        if credential is None:
            return self._read(endpoint, realm, self._get(realm, service, scopes, ""), None)
        if credential.registry_token:
            return _Held(credential.registry_token, float("inf"))
        if (realm, credential) in self._refused:  # asking a hundred times with a wrong password locks accounts
            raise _unauthorized(f"the token service of {endpoint.label} has refused the configured user before")
        if credential.identity_token:
            response = self._exchange(realm, service, scopes, credential.identity_token)
            if response.status in (404, 405) and credential.basic():  # oauth.md: "Not all token servers implement oauth2."
                response = self._get(realm, service, scopes, credential.basic())
        else:
            response = self._get(realm, service, scopes, credential.basic())
        return self._read(endpoint, realm, response, credential)

    def _get(self, realm: str, service: str, scopes: list[str], basic: str) -> Response:
        parts = urlsplit(realm)
        query = parse_qsl(parts.query, keep_blank_values=True)
        query += [("service", service)] if service else []
        query += [("scope", scope) for scope in scopes]  # token.md: "specified multiple times if there is more than one"
        url = urlunsplit(parts._replace(query=urlencode(query), fragment=""))
        return self._wire.send("GET", url, authorization=basic, accept="application/json", limit=_MAX_TOKEN_BODY)

    def _exchange(self, realm: str, service: str, scopes: list[str], identity_token: str) -> Response:
        form = {
            "grant_type": "refresh_token",
            "service": service,
            "client_id": USER_AGENT,
            "scope": " ".join(scopes),
            "refresh_token": identity_token,
        }
        return self._wire.send("POST", realm, form=form, accept="application/json", limit=_MAX_TOKEN_BODY)

    def _read(self, endpoint: Endpoint, realm: str, response: Response, credential: Credential | None) -> _Held:
        parts = urlsplit(realm)
        where = f"the token service of {endpoint.label} ({parts.netloc})"
        if response.status in _BUSY:
            raise Trouble(f"{parts.scheme}://{parts.netloc}", f"{where} answered {response.status}")
        if response.status in (401, 403):
            if credential is not None and response.status == 401:
                self._refused.add((realm, credential))
            who = "the configured user" if credential is not None else "anonymous access"
            raise _unauthorized(f"{where} refuses {who} with {response.status}")
        if response.status != 200:
            raise Refusal(Failure(Reason.REGISTRY_ERROR, f"{where} answered {response.status}"))
        try:
            answer = json.loads(response.body)
        except (ValueError, RecursionError):
            answer = None
        token = (answer.get("token") or answer.get("access_token")) if isinstance(answer, dict) else None
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise Refusal(Failure(Reason.BAD_ANSWER, f"{where} did not answer with a token"))
        return _Held(token, self._clock() + _life(answer.get("expires_in")) - _MARGIN)


def _life(expires_in: object) -> float:
    if isinstance(expires_in, int | float) and not isinstance(expires_in, bool) and expires_in > 0:
        return float(expires_in)
    return _DEFAULT_LIFE


def _checked_realm(endpoint: Endpoint, realm: str) -> str:
    """Return the realm if it may be asked.

    Raises:
        Refusal: it may not.
    """
    try:
        parts = urlsplit(realm)
        host = parts.netloc
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not host or "@" in host:
        raise Refusal(Failure(Reason.BAD_ANSWER, f"{endpoint.label} names a token service that is no web address"))
    if parts.scheme == "http" and endpoint.scheme == "https":
        raise Refusal(Failure(Reason.BAD_ANSWER, f"{endpoint.label} is asked by https and names a token service by plain http ({host})"))
    if is_internal(host) and host != endpoint.netloc and not is_internal(endpoint.netloc):
        raise Refusal(
            Failure(Reason.BAD_ANSWER, f"{endpoint.label} names a token service at an address of this machine or network ({host})")
        )
    return realm


def _unauthorized(detail: str) -> Refusal:
    return Refusal(Failure(Reason.UNAUTHORIZED, detail))
