"""What goes to a metrics server, and what must never go elsewhere or be printed."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from refactor.metrics.answers import Sample
from refactor.metrics.config import PrometheusConfig
from refactor.reasons import Reason
from tests.metrics.cluster import NOW
from tests.metrics.servers import ONE, TOKEN, api, ask, error, failure, vector
from tests.support.lookups import Clock
from tests.support.scripted import Answer, Request, Scripted

# What is asked


def test_a_query_is_a_posted_form_with_credentials_and_headers(clock: Clock) -> None:
    with Scripted(lambda _: vector(ONE)) as server:
        config = PrometheusConfig(f"{server.url}/prometheus/", token=TOKEN, headers={"X-Scope-OrgID": "team-a"}, timeout=30)
        with api(config, clock) as opened:
            assert opened.query('up{a="b&c"}', NOW) == (Sample({"namespace": "shop"}, 1.5),)
        [request] = server.seen
    assert (request.method, request.path) == ("POST", "/prometheus/api/v1/query")
    assert request.authorization == f"Bearer {TOKEN}"
    assert request.headers["X-Scope-OrgID"] == "team-a"
    form = parse_qs(request.body.decode(), strict_parsing=True)
    assert form == {
        "query": ['up{a="b&c"}'],
        "time": [f"{NOW.timestamp():.0f}"],
        "timeout": ["30"],
        "partial_response": ["false"],
        "deny_partial_response": ["1"],
    }


def test_without_credentials_none_are_sent(clock: Clock) -> None:
    with Scripted(lambda _: vector()) as server, api(PrometheusConfig(server.url), clock) as opened:
        assert opened.query("up", NOW) == ()
        assert server.seen[0].authorization is None


def test_the_environments_proxy_is_used_for_other_machines_only(clock: Clock) -> None:
    with Scripted(lambda _: vector()) as server:
        env = {"http_proxy": server.url}
        with api(PrometheusConfig("http://prometheus.example:9090"), clock, env=env) as opened:
            assert opened.query("up", NOW) == ()
        assert server.lines == ["POST http://prometheus.example:9090/api/v1/query"]
        with api(PrometheusConfig("http://127.0.0.1:1", retries=0), clock, env=env) as opened:
            assert failure(opened.query("up", NOW)).reason is Reason.METRICS_UNREACHABLE
        assert len(server.seen) == 1


# Credentials


def test_a_redirect_to_another_host_is_not_followed(clock: Clock) -> None:
    with Scripted(lambda _: vector()) as other, Scripted(lambda _: Answer(307, (("Location", f"{other.url}/api/v1/query"),))) as server:
        found = failure(ask(server, clock))
        assert other.seen == []
    assert found.reason is Reason.METRICS_BAD_ANSWER
    assert other.netloc in found.detail


@pytest.mark.parametrize(
    "location", ["https://{netloc}/x", "//sso.example/login?next={netloc}", "http://user:{netloc}@sso.example/", "https://[x"]
)
def test_a_redirect_to_another_origin_is_not_followed(clock: Clock, location: str) -> None:
    with Scripted(lambda _: Answer(302, (("Location", location.format(netloc=server.netloc)),))) as server:
        found = failure(ask(server, clock))
        assert len(server.seen) == 1
    assert found.reason is Reason.METRICS_BAD_ANSWER
    assert "user:" not in found.detail


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_at_the_same_origin_takes_everything_along(clock: Clock, status: int) -> None:
    with Scripted(lambda request: vector(ONE) if request.path == "/p/query" else Answer(status, (("Location", "/p/query"),))) as server:
        assert ask(server, clock) == (Sample({"namespace": "shop"}, 1.5),)
        assert server.lines == ["POST /api/v1/query", "POST /p/query"]
        assert server.seen[1].authorization == f"Bearer {TOKEN}"
        assert server.seen[0].body == server.seen[1].body


def test_a_redirect_in_a_circle_ends(clock: Clock) -> None:
    with Scripted(lambda _: Answer(308, (("Location", "/api/v1/query"),))) as server:
        assert failure(ask(server, clock)).reason is Reason.METRICS_BAD_ANSWER
        assert len(server.seen) == 6


def test_a_redirect_to_a_page_is_not_followed(clock: Clock) -> None:
    with Scripted(lambda _: Answer(303, (("Location", "/login"),))) as server:
        assert failure(ask(server, clock)).reason is Reason.METRICS_BAD_ANSWER
        assert len(server.seen) == 1


@pytest.mark.parametrize("status", [401, 422, 500])
def test_secrets_that_a_server_repeats_are_not_printed(clock: Clock, status: int) -> None:
    def repeat(request: Request) -> Answer:
        return error(status, f"header {request.authorization!r}, {request.headers['X-Api-Key']}: " + "x" * 500)

    with Scripted(repeat) as server:
        for config in (
            PrometheusConfig(server.url, token=TOKEN, secret_headers={"X-Api-Key": "k3y"}, retries=0),
            PrometheusConfig(server.url, username="u", password=TOKEN, secret_headers={"X-Api-Key": "k3y"}, retries=0),
        ):
            with api(config, clock) as opened:
                detail = failure(opened.query("up", NOW)).detail
            assert "k3y" not in detail
            assert config.authorization.partition(" ")[2] not in detail
            assert len(detail) < 300
            assert TOKEN not in repr(config)
            assert "k3y" not in repr(config)
