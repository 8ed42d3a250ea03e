"""Bearer tokens: fetched for their scope, kept while they live, renewed once, and shared."""

from __future__ import annotations

import threading
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from refactor.reasons import Reason
from refactor.registry.answers import Failure
from refactor.registry.config import RegistryConfig
from refactor.registry.wire import Response
from tests.support.guarded import BASIC, PATH, REPOSITORY, TokenRegistry, endpoint, fetch, ok, refused
from tests.support.lookups import Clock, open_client, write_credentials
from tests.support.scripted import Answer, Request, json_answer


def test_a_bearer_challenge_is_answered_with_a_token_for_its_service_and_scope(clock: Clock) -> None:
    registry = TokenRegistry()
    with registry.server as server:
        ok(fetch(server, clock))
        assert [line.partition("?")[0] for line in server.lines] == [f"GET {PATH}", "GET /token", f"GET {PATH}"]
        assert parse_qs(urlsplit(server.seen[1].path).query) == {"service": ["the registry"], "scope": ["repository:team/app:pull"]}
        assert server.seen[1].authorization is None
        assert server.seen[2].authorization == "Bearer token-0"


def test_a_challenge_without_scope_is_answered_for_the_repository(clock: Clock) -> None:
    registry = TokenRegistry()
    registry.scope = None
    with registry.server as server:
        ok(fetch(server, clock))
        assert parse_qs(urlsplit(server.seen[1].path).query)["scope"] == ["repository:team/app:pull"]


def test_several_scopes_are_asked_for_one_by_one_and_the_realms_query_is_kept(clock: Clock) -> None:
    registry = TokenRegistry()
    registry.scope = "repository:team/app:pull repository:team/base:pull"
    with registry.server as server:
        registry.realm = f"{server.url}/token?account=x"
        ok(fetch(server, clock))
        assert parse_qsl(urlsplit(server.seen[1].path).query) == [
            ("account", "x"),
            ("service", "the registry"),
            ("scope", "repository:team/app:pull"),
            ("scope", "repository:team/base:pull"),
        ]


def test_credentials_go_to_the_token_service_and_the_token_to_the_registry(clock: Clock, tmp_path: Path) -> None:
    registry = TokenRegistry()
    with registry.server as server:
        write_credentials(tmp_path, {server.netloc: ("ada", "hunter2")})
        ok(fetch(server, clock, tmp_path))
        assert [request.authorization for request in server.seen] == [None, BASIC, "Bearer token-0"]


def test_one_token_serves_all_requests_for_a_repository(clock: Clock) -> None:
    registry = TokenRegistry()
    with registry.server as server, open_client(RegistryConfig(), clock) as client:
        for _ in range(5):
            ok(client.transport.fetch("GET", endpoint(server), PATH, repository=REPOSITORY))
        assert len(registry.issued) == 1
        assert len(server.seen) == 7


def test_a_known_challenge_is_answered_before_it_is_made_again(clock: Clock) -> None:
    registry = TokenRegistry()
    registry.scope = None
    with registry.server as server, open_client(RegistryConfig(), clock) as client:
        for name in ("team/app", "team/other"):
            ok(client.transport.fetch("GET", endpoint(server), f"/v2/{name}/x", repository=name))
        assert [line.partition("?")[0] for line in server.lines[3:]] == ["GET /token", "GET /v2/team/other/x"]


@pytest.mark.parametrize(
    ("extra", "life"),
    [({}, 60), ({"expires_in": 300}, 300), ({"expires_in": 0}, 60), ({"expires_in": "soon"}, 60), ({"expires_in": True}, 60)],
)
def test_a_token_lives_as_long_as_it_says_or_a_minute(clock: Clock, extra: dict[str, object], life: int) -> None:
    registry = TokenRegistry(**extra)
    with registry.server as server, open_client(RegistryConfig(), clock) as client:
        for moment, count in ((0, 1), (life - 6, 1), (2, 2)):
            clock.at += moment
            ok(client.transport.fetch("GET", endpoint(server), PATH, repository=REPOSITORY))
            assert len(registry.issued) == count


def test_a_token_that_is_taken_back_is_renewed_once(clock: Clock) -> None:
    registry = TokenRegistry()
    with registry.server as server, open_client(RegistryConfig(), clock) as client:
        ok(client.transport.fetch("GET", endpoint(server), PATH, repository=REPOSITORY))
        registry.valid.clear()
        ok(client.transport.fetch("GET", endpoint(server), PATH, repository=REPOSITORY))
        assert registry.issued == ["token-0", "token-1"]


def test_a_token_that_does_not_help_is_not_fetched_again_and_again(clock: Clock) -> None:
    registry = TokenRegistry()
    with registry.server as server:
        original = registry.answer

        def never(request: Request) -> Answer:
            answer = original(request)
            registry.valid.clear()
            return answer

        server.answer = never
        refused(fetch(server, clock), Reason.UNAUTHORIZED, "refuses access to team/app")
        assert len(registry.issued) == 1


def test_a_wider_scope_is_asked_for_when_a_path_needs_it(clock: Clock) -> None:
    registry = TokenRegistry()
    with registry.server as server:
        original = registry.answer

        def picky(request: Request) -> Answer:
            if request.authorization == "Bearer token-0":
                registry.scope = "repository:team/app:metadata_read"
                registry.valid.clear()
            return original(request)

        server.answer = picky
        ok(fetch(server, clock))
        asked = parse_qs(urlsplit(server.seen[3].path).query)["scope"]
        assert asked == ["repository:team/app:metadata_read", "repository:team/app:pull"]


def test_threads_that_want_the_same_token_share_one_request(clock: Clock) -> None:
    registry = TokenRegistry()
    with registry.server as server, open_client(RegistryConfig(workers=4), clock) as client:
        # Every request without a token is answered only when all four are there.
        barrier, original = threading.Barrier(4), registry.answer

        def together(request: Request) -> Answer:
            if not request.authorization and not request.path.startswith("/token"):
                barrier.wait(10)
            return original(request)

        server.answer = together
        found: list[Response | Failure] = []
        threads = [
            threading.Thread(target=lambda: found.append(client.transport.fetch("GET", endpoint(server), PATH, repository=REPOSITORY)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for response in found:
            ok(response)
        assert len(registry.issued) == 1


@pytest.mark.parametrize("field", ["token", "access_token"])
def test_a_token_has_either_name(clock: Clock, field: str) -> None:
    registry = TokenRegistry()
    with registry.server as server:
        original = registry.answer
        server.answer = lambda request: json_answer({field: "abc"}) if request.path.startswith("/token") else original(request)
        registry.valid.add("abc")
        ok(fetch(server, clock))


@pytest.mark.parametrize(
    "answer",
    [
        json_answer({}),
        json_answer([]),
        json_answer({"token": 1}),
        json_answer({"token": ""}),
        json_answer({"token": "two\r\nlines: hunter2"}),
        json_answer({"token": "with blank"}),
        json_answer({"token": "ümlaut"}),
        Answer(body=b"<html>log in</html>"),
        Answer(body=b"{"),
    ],
)
def test_what_is_no_token_is_not_used(clock: Clock, answer: Answer) -> None:
    registry = TokenRegistry()
    with registry.server as server:
        original = registry.answer
        server.answer = lambda request: answer if request.path.startswith("/token") else original(request)
        refused(fetch(server, clock), Reason.BAD_ANSWER, "did not answer with a token")
        assert len(server.seen) == 2


def test_a_wrong_password_is_tried_once_for_all_images(clock: Clock, tmp_path: Path) -> None:
    registry = TokenRegistry()
    with registry.server as server:
        original = registry.answer
        server.answer = lambda request: Answer(401) if request.path.startswith("/token") else original(request)
        write_credentials(tmp_path, {server.netloc: ("ada", "hunter2")})
        with open_client(RegistryConfig(), clock, tmp_path) as client:
            for name in ("team/a", "team/b", "team/c"):
                refused(
                    client.transport.fetch("GET", endpoint(server), f"/v2/{name}/x", repository=name),
                    Reason.UNAUTHORIZED,
                    "the configured user",
                )
        assert sum(line.startswith("GET /token") for line in server.lines) == 1


def test_a_token_service_that_refuses_anonymous_access_says_so_for_each_repository(clock: Clock) -> None:
    registry = TokenRegistry()
    with registry.server as server:
        original = registry.answer
        server.answer = lambda request: Answer(403) if request.path.startswith("/token") else original(request)
        refused(fetch(server, clock), Reason.UNAUTHORIZED, "anonymous access", "403")


def test_a_busy_token_service_is_asked_again(clock: Clock) -> None:
    registry = TokenRegistry()
    with registry.server as server:
        original = registry.answer
        busy = iter([Answer(503)])
        server.answer = lambda request: next(busy, None) or original(request) if request.path.startswith("/token") else original(request)
        ok(fetch(server, clock))
    assert clock.waits == [0.5]


def test_a_token_service_that_is_down_makes_the_registry_unreachable(clock: Clock) -> None:
    registry = TokenRegistry()
    registry.realm = "http://127.0.0.1:1/token"
    with registry.server as server:
        refused(fetch(server, clock), Reason.UNREACHABLE, "127.0.0.1:1")
