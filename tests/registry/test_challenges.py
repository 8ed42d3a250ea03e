"""Other answers to challenges: identity tokens, passwords, and hosts that get neither."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from refactor.reasons import Reason
from refactor.registry.config import RegistryConfig
from refactor.registry.tokens import _checked_realm
from refactor.registry.wire import Refusal
from tests.support.guarded import BASIC, PATH, REPOSITORY, TokenRegistry, endpoint, fetch, ok, refused
from tests.support.lookups import Clock, open_client, write_credentials
from tests.support.scripted import Answer, Request, Scripted


def write_identity(home: Path, netloc: str, **more: str) -> None:
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_text(json.dumps({"auths": {netloc: {"identitytoken": "refresh-secret", **more}}}))


def test_an_identity_token_is_exchanged_by_post(clock: Clock, tmp_path: Path) -> None:
    registry = TokenRegistry()
    with registry.server as server:
        write_identity(tmp_path, server.netloc)
        ok(fetch(server, clock, tmp_path))
        assert server.lines[1] == "POST /token"
        assert parse_qs(server.seen[1].body.decode()) == {
            "grant_type": ["refresh_token"],
            "service": ["the registry"],
            "client_id": ["tfmod"],
            "scope": ["repository:team/app:pull"],
            "refresh_token": ["refresh-secret"],
        }
        assert server.seen[1].authorization is None


def test_a_token_service_without_post_is_asked_by_get_if_there_is_a_password(clock: Clock, tmp_path: Path) -> None:
    registry = TokenRegistry()
    with registry.server as server:
        original = registry.answer
        server.answer = lambda request: Answer(404) if request.method == "POST" else original(request)
        write_identity(tmp_path, server.netloc, username="ada", password="hunter2")
        ok(fetch(server, clock, tmp_path))
        assert [request.method for request in server.seen] == ["GET", "POST", "GET", "GET"]
        assert server.seen[2].authorization == BASIC


def test_a_ready_registry_token_is_used_as_it_is(clock: Clock, tmp_path: Path) -> None:
    registry = TokenRegistry()
    registry.valid.add("ready")
    with registry.server as server:
        (tmp_path / ".docker").mkdir()
        (tmp_path / ".docker" / "config.json").write_text(json.dumps({"auths": {server.netloc: {"registrytoken": "ready"}}}))
        ok(fetch(server, clock, tmp_path))
        assert registry.issued == []


def challenge(*headers: str) -> Callable[[Request], Answer]:
    given = tuple(("WWW-Authenticate", header) for header in headers)
    return lambda request: Answer(200, body=b"ok") if request.authorization == BASIC else Answer(401, given)


def test_a_basic_challenge_is_answered_and_remembered(clock: Clock, tmp_path: Path) -> None:
    with Scripted(challenge('Basic realm="x"')) as server:
        write_credentials(tmp_path, {server.netloc: ("ada", "hunter2")})
        with open_client(RegistryConfig(), clock, tmp_path) as client:
            for _ in range(2):
                ok(client.transport.fetch("GET", endpoint(server), PATH, repository=REPOSITORY))
        assert [request.authorization for request in server.seen] == [None, BASIC, BASIC]


def test_a_basic_challenge_without_credentials_is_no_access(clock: Clock, tmp_path: Path) -> None:
    with Scripted(challenge('Basic realm="x"')) as server:
        write_credentials(tmp_path, {"elsewhere.example": ("ada", "hunter2"), "docker.io": ("ada", "hunter2")})
        refused(fetch(server, clock, tmp_path), Reason.UNAUTHORIZED, "none is configured", server.netloc)
        assert [request.authorization for request in server.seen] == [None]


def test_a_wrong_password_is_not_sent_twice_in_a_row(clock: Clock, tmp_path: Path) -> None:
    with Scripted(lambda _: Answer(401, (("WWW-Authenticate", 'Basic realm="x"'),))) as server:
        write_credentials(tmp_path, {server.netloc: ("ada", "hunter2")})
        refused(fetch(server, clock, tmp_path), Reason.UNAUTHORIZED)
        assert len(server.seen) == 2


@pytest.mark.parametrize(
    "headers",
    [
        ("Negotiate", 'Basic realm="x"'),
        ('Negotiate, Basic realm="x"',),
        ('NTLM abc==, Basic realm="a, b"',),
        ('Bearer, Basic realm="x"',),
    ],
)
def test_of_several_challenges_the_one_that_can_be_answered_is(clock: Clock, tmp_path: Path, headers: tuple[str, ...]) -> None:
    with Scripted(challenge(*headers)) as server:
        write_credentials(tmp_path, {server.netloc: ("ada", "hunter2")})
        ok(fetch(server, clock, tmp_path))


def test_of_basic_and_bearer_in_two_headers_bearer_is_answered(clock: Clock, tmp_path: Path) -> None:
    registry = TokenRegistry()
    with registry.server as server:
        original = registry.answer

        def both(request: Request) -> Answer:
            answer = original(request)
            return Answer(answer.status, (("WWW-Authenticate", 'Basic realm="x"'), *answer.headers), answer.body)

        server.answer = both
        write_credentials(tmp_path, {server.netloc: ("ada", "hunter2")})
        ok(fetch(server, clock, tmp_path))
        assert server.seen[-1].authorization == "Bearer token-0"


@pytest.mark.parametrize(("header", "offered"), [("Negotiate, NTLM", "negotiate, ntlm"), ("", "nothing"), ("Bearer", "bearer")])
def test_a_challenge_that_cannot_be_answered_is_no_access(clock: Clock, header: str, offered: str) -> None:
    with Scripted(lambda _: Answer(401, (("WWW-Authenticate", header),))) as server:
        refused(fetch(server, clock), Reason.UNAUTHORIZED, f"offers {offered}")
        assert len(server.seen) == 1


def test_a_mirror_never_gets_the_credentials_of_the_registry_behind_it(clock: Clock, tmp_path: Path) -> None:
    with Scripted(challenge('Basic realm="x"')) as server:
        write_credentials(tmp_path, {"docker.io": ("ada", "hunter2"), "https://index.docker.io/v1/": ("ada", "hunter2")})
        config = RegistryConfig(mirrors={"docker.io": server.url})
        with open_client(config, clock, tmp_path) as client:
            refused(
                client.transport.fetch("GET", config.endpoint("docker.io"), PATH, repository=REPOSITORY),
                Reason.UNAUTHORIZED,
                f"none is configured for {server.netloc}",
            )
        assert [request.authorization for request in server.seen] == [None]


HUB = RegistryConfig().endpoint("docker.io")


@pytest.mark.parametrize(
    ("realm", "problem"),
    [
        ("http://auth.docker.io/token", "by plain http"),
        ("http://127.0.0.1:5000/token", "by plain http"),
        ("https://127.0.0.1:5000/token", "address of this machine"),
        ("https://169.254.169.254/token", "address of this machine or network"),
        ("https://10.0.0.1/token", "address of this machine or network"),
        ("https://localhost/token", "address of this machine"),
        ("ftp://auth.docker.io/token", "no web address"),
        ("/token", "no web address"),
        ("auth.docker.io/token", "no web address"),
        ("https://ada:hunter2@auth.docker.io/token", "no web address"),
        ("https://[x/token", "no web address"),
        ("https://", "no web address"),
    ],
)
def test_a_token_service_that_is_less_safe_than_its_registry_is_not_asked(realm: str, problem: str) -> None:
    with pytest.raises(Refusal) as caught:
        _checked_realm(HUB, realm)
    assert caught.value.failure.reason is Reason.BAD_ANSWER
    assert problem in caught.value.failure.detail
    assert "hunter2" not in caught.value.failure.detail


@pytest.mark.parametrize(
    ("registry", "realm"),
    [
        ("docker.io", "https://auth.docker.io/token"),
        ("127.0.0.1:5000", "http://127.0.0.1:5001/token"),
        ("10.0.0.1", "https://10.0.0.2/token"),
        ("127.0.0.1:5000", "https://auth.example/token"),
    ],
)
def test_a_token_service_that_is_as_safe_as_its_registry_is_asked(registry: str, realm: str) -> None:
    assert _checked_realm(RegistryConfig().endpoint(registry), realm) == realm
