"""A scripted registry with a token service, and requests to it."""

from __future__ import annotations

import base64
from pathlib import Path

from refactor.reasons import Reason
from refactor.registry.answers import Failure
from refactor.registry.config import Endpoint, RegistryConfig
from refactor.registry.wire import Response
from tests.support.lookups import Clock, open_client
from tests.support.scripted import Answer, Request, Scripted, json_answer

REPOSITORY = "team/app"
PATH = "/v2/team/app/manifests/latest"
BASIC = "Basic " + base64.b64encode(b"ada:hunter2").decode()


class TokenRegistry:
    """A registry with its token service under ``/token``: it counts tokens, and takes only the last ``kept`` of them."""

    def __init__(self, **extra: object) -> None:
        self.extra = extra
        self.issued: list[str] = []
        self.valid: set[str] = set()
        self.realm = ""
        self.scope: str | None = "repository:team/app:pull"
        self.server = Scripted(self.answer)

    def answer(self, request: Request) -> Answer:
        if request.path.startswith("/token"):
            token = f"token-{len(self.issued)}"
            self.issued.append(token)
            self.valid.add(token)
            return json_answer({"token": token, **self.extra})
        if (request.authorization or "").removeprefix("Bearer ") in self.valid:
            return Answer(200, body=b"ok")
        scope = f',scope="{self.scope}"' if self.scope else ""
        realm = self.realm or f"{self.server.url}/token"
        return Answer(401, (("WWW-Authenticate", f'Bearer realm="{realm}",service="the registry"{scope}'),))


def endpoint(server: Scripted) -> Endpoint:
    return Endpoint(server.netloc, "http", server.netloc)


def fetch(server: Scripted, clock: Clock, home: Path | None = None) -> Response | Failure:
    with open_client(RegistryConfig(retries=1), clock, home) as client:
        return client.transport.fetch("GET", endpoint(server), PATH, repository=REPOSITORY)


def ok(response: Response | Failure) -> None:
    assert isinstance(response, Response), response
    assert (response.status, response.body) == (200, b"ok")


def refused(response: Response | Failure, reason: Reason, *parts: str) -> None:
    assert isinstance(response, Failure)
    assert response.reason is reason
    assert all(part in response.detail for part in parts), response.detail
    assert "hunter2" not in response.detail
    assert "token-" not in response.detail
