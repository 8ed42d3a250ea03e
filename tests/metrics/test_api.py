"""Servers that misbehave: patience, its end, and answers that are none."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from email.utils import format_datetime

import pytest

from refactor.metrics import wire
from refactor.metrics.answers import Sample
from refactor.metrics.config import PrometheusConfig
from refactor.metrics.usage import NoUsage
from refactor.reasons import Reason
from tests.metrics.cluster import DB, NOW, open_source
from tests.metrics.servers import ONE, TOKEN, answers, api, ask, error, failure, vector
from tests.support.lookups import Clock
from tests.support.scripted import Answer, Request, Scripted

TOO_MANY = "query processing would load too many samples into memory in query execution"


# Servers that are not there, or slow


def test_a_server_that_is_down_is_unreachable_and_not_asked_again(clock: Clock) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with api(PrometheusConfig(f"http://127.0.0.1:{closed.getsockname()[1]}"), clock) as opened:
            first = failure(opened.query("up", NOW))
            assert clock.waits == [0.5, 1.0, 2.0]
            assert opened.sent == 4
            again = failure(opened.query("up", NOW))
            assert opened.sent == 4
    assert first.reason is again.reason is Reason.METRICS_UNREACHABLE
    assert "Connection refused" in first.detail
    assert again.detail == f"not asked again after: {first.detail}"


def test_a_host_that_does_not_exist_is_unreachable(clock: Clock) -> None:
    with api(PrometheusConfig("http://no-such-host.invalid:9090", retries=0), clock) as opened:
        assert failure(opened.query("up", NOW)).reason is Reason.METRICS_UNREACHABLE


def test_a_server_that_never_answers_is_given_up_at_once(clock: Clock) -> None:
    with Scripted(lambda _: Answer(200) if server.released.wait() else Answer(500)) as server:
        found = failure(ask(server, clock, timeout=0.1))
        assert len(server.seen) == 1
    assert found.reason is Reason.METRICS_UNREACHABLE
    assert "did not answer within 0.11 s" in found.detail


def test_a_query_that_takes_too_long_after_others_did_not_is_too_much(clock: Clock) -> None:
    def answer(request: Request) -> Answer:
        if b"slow" in request.body:
            server.released.wait()
        return vector(ONE)

    with Scripted(answer) as server, api(PrometheusConfig(server.url, timeout=1.0), clock) as opened:
        assert opened.query("quick", NOW) == (Sample({"namespace": "shop"}, 1.5),)
        assert failure(opened.query("slow", NOW)).reason is Reason.METRICS_LIMIT
        assert opened.query("quick", NOW) == (Sample({"namespace": "shop"}, 1.5),)


def test_an_answer_that_breaks_off_is_asked_for_again(clock: Clock) -> None:
    whole = vector(ONE)
    script = answers(Answer(200, whole.headers, whole.body[:20], length=len(whole.body)), whole)
    with Scripted(lambda _: next(script)) as server:
        assert ask(server, clock) == (Sample({"namespace": "shop"}, 1.5),)
    assert clock.waits == [0.5]


def test_https_where_there_is_none_is_unreachable_at_once(clock: Clock) -> None:
    with Scripted(lambda _: vector()) as server, api(PrometheusConfig(f"https://{server.netloc}", token=TOKEN), clock) as opened:
        assert failure(opened.query("up", NOW)).reason is Reason.METRICS_UNREACHABLE
        assert server.seen == []
    assert clock.waits == []


# Servers that refuse


@pytest.mark.parametrize("status", [401, 403])
def test_refused_access_is_told_at_once(clock: Clock, status: int) -> None:
    with Scripted(lambda _: Answer(status, (("WWW-Authenticate", "Basic"),), b"no such user\n")) as server:
        found = failure(ask(server, clock))
        assert len(server.seen) == 1
    assert found.reason is Reason.METRICS_UNAUTHORIZED
    assert found.detail == f"{server.url} answers {status}: no such user"


@pytest.mark.parametrize(
    "answer",
    [
        error(422, TOO_MANY),
        error(503, "query timed out in query execution", "timeout"),
        error(422, "the query exceeded the maximum number of chunks (limit: 2 chunks) (err-mimir-max-chunks-per-query)"),
        error(422, "expanding series: proxy Series(): rpc error: exceeded series limit: limit 10 violated"),
        error(422, "cannot select more than -search.maxSamplesPerQuery=1000000000 samples"),
        error(400, "too long query; got 20000 bytes; mustn't exceed `-search.maxQueryLen=16384` bytes", "400"),
        error(500, "resource exhausted: exceeded sample limit"),
        Answer(413, body=b"response larger than the max (181673024 vs 52428800)"),
        Answer(504, (("Content-Type", "text/html"),), b"<html>Gateway Time-out</html>"),
    ],
    ids=["Prometheus", "Prometheus' time-out", "Mimir", "Thanos", "VictoriaMetrics", "a long query", "500", "413", "a gateway"],
)
def test_too_much_at_once_is_told_at_once_and_the_server_may_be_asked_for_less(clock: Clock, answer: Answer) -> None:
    with Scripted(lambda request: answer if b"much" in request.body else vector()) as server:
        with api(PrometheusConfig(server.url), clock) as opened:
            assert failure(opened.query("much", NOW)).reason is Reason.METRICS_LIMIT
            assert opened.query("less", NOW) == ()
        assert len(server.seen) == 2
    assert clock.waits == []


@pytest.mark.parametrize(
    "answer",
    [error(422, "multiple matches for labels: many-to-one matching must be explicit"), error(400, "parse error", "bad_data"), Answer(418)],
    ids=["422", "400", "418"],
)
def test_an_error_that_stays_is_told_at_once(clock: Clock, answer: Answer) -> None:
    with Scripted(lambda _: answer) as server:
        found = failure(ask(server, clock))
        assert len(server.seen) == 1
    assert found.reason is Reason.METRICS_ERROR
    assert str(answer.status) in found.detail


def test_a_server_that_recovers_is_asked_again_with_growing_pauses(clock: Clock) -> None:
    script = answers(Answer(500), Answer(502), Answer(503), vector(ONE))
    with Scripted(lambda _: next(script)) as server:
        assert ask(server, clock) == (Sample({"namespace": "shop"}, 1.5),)
    assert clock.waits == [0.5, 1.0, 2.0]


def test_a_server_with_errors_only_is_given_up_after_the_retries(clock: Clock) -> None:
    with Scripted(lambda _: error(500, "out of disk", "internal")) as server:
        found = failure(ask(server, clock))
        assert len(server.seen) == 4
    assert found.reason is Reason.METRICS_ERROR
    assert found.detail == f"{server.url} answers 500: out of disk"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "wait"),
    [("7", 7.0), ("0", 0.0), (format_datetime(NOW + timedelta(seconds=20), usegmt=True), 20.0), ("soon", 0.5)],
    ids=["seconds", "none", "a date", "nonsense"],
)
def test_retry_after_is_obeyed(clock: Clock, status: int, value: str, wait: float) -> None:
    script = answers(Answer(status, (("Retry-After", value),)), vector())
    with Scripted(lambda _: next(script)) as server:
        assert ask(server, clock) == ()
    assert clock.waits == [wait]


def test_a_server_that_asks_for_too_much_patience_is_given_up_at_once(clock: Clock) -> None:
    with Scripted(lambda _: error(429, "too many outstanding requests", "", ("Retry-After", "3600"))) as server:
        found = failure(ask(server, clock))
        assert len(server.seen) == 1
    assert clock.waits == []
    assert found.reason is Reason.METRICS_ERROR
    assert found.detail.endswith("429: too many outstanding requests (and asks to wait 3600)")


# Answers that are none


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"[" * 100_000,
        b"\xff\xfe",
        json.dumps({"status": "success"}).encode(),
        json.dumps({"status": "success", "data": []}).encode(),
        json.dumps({"status": "success", "data": {"resultType": "matrix", "result": []}}).encode(),
        json.dumps({"status": "success", "data": {"resultType": "scalar", "result": [0, "1"]}}).encode(),
        json.dumps({"status": "success", "data": {"resultType": "vector", "result": {}}}).encode(),
        json.dumps({"status": "error", "data": {"resultType": "vector", "result": []}}).encode(),
        vector("x").body,
        vector({"metric": {}}).body,
        vector({"metric": {}, "value": [1]}).body,
        vector({"metric": {}, "value": [1, 2]}).body,
        vector({"metric": {}, "value": [1, "two"]}).body,
        vector({"metric": {"pod": 1}, "value": [1, "2"]}).body,
        vector({"metric": [], "value": [1, "2"]}).body,
        vector({"metric": {}, "histogram": [1, {"count": "1"}]}).body,
        vector(ONE, isPartial=True).body,
    ],
)
def test_an_answer_of_another_shape_is_not_used(clock: Clock, body: bytes) -> None:
    with Scripted(lambda _: Answer(200, (("Content-Type", "application/json"),), body)) as server:
        found = failure(ask(server, clock))
        assert len(server.seen) == 1
    assert found.reason is Reason.METRICS_BAD_ANSWER


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/octet-stream"])
def test_a_web_page_is_told_from_an_answer(clock: Clock, content_type: str) -> None:
    with Scripted(lambda _: Answer(200, (("Content-Type", content_type),), b"<!doctype html><title>Sign in</title>")) as server:
        found = failure(ask(server, clock))
    assert found.reason is Reason.METRICS_BAD_ANSWER
    assert "web page" in found.detail


def test_a_page_as_error_is_not_repeated_to_people(clock: Clock) -> None:
    with Scripted(lambda _: Answer(403, (("Content-Type", "text/html"),), b"<html>Forbidden</html>")) as server:
        assert failure(ask(server, clock)).detail == f"{server.url} answers 403"


def test_a_path_without_an_api_says_which_url_is_meant(clock: Clock) -> None:
    with Scripted(lambda _: Answer(404, body=b"404 page not found")) as server:
        found = failure(ask(server, clock))
    assert found.reason is Reason.METRICS_BAD_ANSWER
    assert "/prometheus" in found.detail


def test_an_answer_without_end_is_cut_off(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_BODY", 1000)
    with Scripted(lambda _: vector(*[ONE] * 100)) as server:
        assert failure(ask(server, clock)).reason is Reason.METRICS_LIMIT


def test_numbers_that_are_none_are_handed_on_as_such(clock: Clock) -> None:
    values = [{"metric": {}, "value": [1, text]} for text in ("NaN", "+Inf", "-Inf", "1e-3")]
    with Scripted(lambda _: vector(*values)) as server:
        found = ask(server, clock)
    assert not isinstance(found, NoUsage)
    assert [str(sample.value) for sample in found] == ["nan", "inf", "-inf", "0.001"]


def test_an_empty_result_is_an_answer_everywhere_and_there_is_no_data(clock: Clock) -> None:
    with Scripted(lambda _: vector()) as server, open_source(PrometheusConfig(server.url), clock) as source:
        answer = source.usage([DB])[DB]
    assert isinstance(answer, NoUsage)
    assert answer.reason is Reason.NO_DATA


def test_warnings_are_passed_on_once(clock: Clock) -> None:
    warnings: list[str] = []
    with (
        Scripted(lambda _: vector(warnings=["a store is\ndown", 7])) as server,
        api(PrometheusConfig(server.url), clock, warnings=warnings) as opened,
    ):
        assert opened.query("up", NOW) == opened.query("up", NOW) == ()
    assert warnings == [f"{server.url} warns: a store is down"]


# Limits of a run


def test_a_run_that_took_its_time_asks_no_more(clock: Clock) -> None:
    with Scripted(lambda _: vector()) as server, api(PrometheusConfig(server.url, budget=60), clock) as opened:
        assert opened.query("up", NOW) == ()
        clock.at += 61
        assert failure(opened.query("up", NOW)).reason is Reason.METRICS_UNREACHABLE
        assert len(server.seen) == 1


def test_a_run_has_so_many_requests(clock: Clock) -> None:
    with Scripted(lambda _: Answer(500)) as server, api(PrometheusConfig(server.url, max_requests=3), clock) as opened:
        found = failure(opened.query("up", NOW))
        assert len(server.seen) == 3
    assert "asked 3 times" in found.detail


def test_after_a_failure_all_containers_have_it_for_one_request(clock: Clock) -> None:
    with Scripted(lambda _: Answer(401)) as server, open_source(PrometheusConfig(server.url), clock) as source:
        keys = [DB, *(DB.__class__(f"ns-{number}", "Deployment", "api", "app") for number in range(50))]
        found = source.usage(keys)
        assert len(server.seen) == 1
    assert {failure(answer).reason for answer in found.values()} == {Reason.METRICS_UNAUTHORIZED}
