"""Requests to registries: patience, and its end."""

from __future__ import annotations

import socket
import threading
from email.utils import format_datetime

import pytest

from refactor.reasons import Reason
from refactor.registry.answers import Failure
from refactor.registry.config import Endpoint
from refactor.registry.headers import RateLimit
from refactor.registry.wire import Response
from tests.support.fetching import PATH, REPOSITORY, answers, config, dead_port, fetch, get
from tests.support.lookups import NOW, Clock, open_client
from tests.support.scripted import Answer, Request, Scripted, json_answer


def test_a_registry_that_recovers_is_asked_again_with_growing_pauses(clock: Clock) -> None:
    script = answers(Answer(500), Answer(502), Answer(503), Answer(200, body=b"ok"))
    with Scripted(lambda _: next(script)) as server:
        response = fetch(server, clock)
    assert isinstance(response, Response)
    assert (response.status, response.body) == (200, b"ok")
    assert clock.waits == [0.5, 1.0, 2.0]


def test_a_registry_with_errors_only_is_given_up_after_the_retries(clock: Clock) -> None:
    with Scripted(lambda _: json_answer({"errors": [{"code": "UNKNOWN", "message": "secret"}]}, status=500)) as server:
        failure = fetch(server, clock)
        assert len(server.seen) == 4
    assert isinstance(failure, Failure)
    assert failure.reason is Reason.REGISTRY_ERROR
    assert "500" in failure.detail
    assert "UNKNOWN" in failure.detail
    assert "secret" not in failure.detail


@pytest.mark.parametrize(
    ("value", "wait"),
    [("7", 7.0), ("0", 0.0), (format_datetime(NOW.replace(second=20), usegmt=True), 20.0), ("soon", 0.5)],
    ids=["seconds", "none", "a date", "nonsense"],
)
def test_retry_after_is_obeyed(clock: Clock, value: str, wait: float) -> None:
    script = answers(Answer(429, (("Retry-After", value),)), Answer(200))
    with Scripted(lambda _: next(script)) as server:
        assert isinstance(fetch(server, clock), Response)
    assert clock.waits == [wait]


def test_more_patience_than_the_run_has_is_not_shown(clock: Clock) -> None:
    with Scripted(lambda _: Answer(429, (("Retry-After", "61"),))) as server:
        failure = fetch(server, clock)
        assert len(server.seen) == 1
    assert isinstance(failure, Failure)
    assert failure.reason is Reason.RATE_LIMITED
    assert "61 s" in failure.detail
    assert clock.waits == []


def test_a_used_up_quota_is_for_one_method(clock: Clock) -> None:
    with Scripted(lambda request: Answer(429 if request.method == "GET" else 200)) as server, open_client(config(), clock) as client:
        first, again = get(client.transport, server), get(client.transport, server)
        assert isinstance(get(client.transport, server, "HEAD"), Response)
        assert [line[:4] for line in server.lines] == ["GET "] * 4 + ["HEAD"]
    assert isinstance(first, Failure)
    assert isinstance(again, Failure)
    assert first.reason is again.reason is Reason.RATE_LIMITED
    assert again.detail.startswith("not asked again after:")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 418, 451, 501])
def test_what_no_repetition_can_change_is_not_repeated(clock: Clock, status: int) -> None:
    with Scripted(lambda _: Answer(status)) as server:
        response = fetch(server, clock)
        assert len(server.seen) == 1
    assert isinstance(response, Response)
    assert response.status == status
    assert clock.waits == []


def test_a_host_that_is_down_is_given_up_for_all_that_is_asked_of_it(clock: Clock) -> None:
    netloc = dead_port()
    endpoint = Endpoint(netloc, "http", netloc)
    with open_client(config(), clock) as client:
        failures = [client.transport.fetch("HEAD", endpoint, PATH, repository=REPOSITORY) for _ in range(100)]
        assert client.transport.wire.sent == {f"http://{netloc}": 4}
    assert len(clock.waits) == 3
    assert all(isinstance(failure, Failure) and failure.reason is Reason.UNREACHABLE for failure in failures)
    assert isinstance(failures[0], Failure)
    assert "Connection refused" in failures[0].detail
    assert isinstance(failures[99], Failure)
    assert failures[99].detail.startswith("not asked again after:")


def test_a_host_that_only_errs_is_given_up_after_some_requests(clock: Clock) -> None:
    with Scripted(lambda _: Answer(500)) as server, open_client(config(retries=0), clock) as client:
        failures = [get(client.transport, server) for _ in range(10)]
        assert len(server.seen) == 3
    assert all(isinstance(failure, Failure) and failure.reason is Reason.REGISTRY_ERROR for failure in failures)


def test_errors_between_answers_give_no_host_up(clock: Clock) -> None:
    with Scripted(lambda request: Answer(500 if request.path.endswith("bad") else 200)) as server:
        with open_client(config(retries=0), clock) as client:
            for _ in range(5):
                get(client.transport, server, path="/v2/x/bad")
                assert isinstance(get(client.transport, server), Response)
        assert len(server.seen) == 10


def test_a_slow_registry_is_not_waited_for_without_end(clock: Clock) -> None:
    with Scripted(lambda _: Answer()) as server:
        server.answer = lambda _: Answer(200 if server.released.wait(30) else 500)
        failure = fetch(server, clock, timeout=0.05, retries=1)
        assert len(server.seen) == 2
    assert isinstance(failure, Failure)
    assert failure.reason is Reason.UNREACHABLE
    assert "did not answer within 0.05 s" in failure.detail


def test_an_answer_that_drips_is_not_waited_for_without_end(clock: Clock) -> None:
    def drip(_: Request) -> Answer:
        clock.at += 10_000  # all of it came, but far too late
        return Answer(body=b"x" * 100)

    with Scripted(drip) as server:
        failure = fetch(server, clock, retries=0)
    assert isinstance(failure, Failure)
    assert failure.reason is Reason.UNREACHABLE
    assert "whole answer" in failure.detail


def test_an_answer_that_breaks_off_is_asked_for_again(clock: Clock) -> None:
    script = answers(Answer(body=b"half", length=100), Answer(body=b"whole"))
    with Scripted(lambda _: next(script)) as server:
        response = fetch(server, clock)
    assert isinstance(response, Response)
    assert response.body == b"whole"


def test_an_answer_without_end_is_cut_off(clock: Clock) -> None:
    with Scripted(lambda _: Answer(body=b"x" * 5000)) as server, open_client(config(), clock) as client:
        endpoint = Endpoint(server.netloc, "http", server.netloc)
        failure = client.transport.fetch("GET", endpoint, PATH, repository=REPOSITORY, limit=1000)
        assert len(server.seen) == 1
    assert isinstance(failure, Failure)
    assert failure.reason is Reason.BAD_ANSWER
    assert "more than 1000 bytes" in failure.detail


def test_what_is_no_http_at_all_is_an_unreachable_registry(clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: _greet(listener))
        thread.start()
        netloc = f"127.0.0.1:{listener.getsockname()[1]}"
        with open_client(config(retries=0), clock) as client:
            failure = client.transport.fetch("GET", Endpoint(netloc, "http", netloc), PATH, repository=REPOSITORY)
        thread.join()
    assert isinstance(failure, Failure)
    assert failure.reason is Reason.UNREACHABLE


def _greet(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


def test_https_where_there_is_none_is_an_unreachable_registry_at_once(clock: Clock) -> None:
    with Scripted(lambda _: Answer()) as server, open_client(config(), clock) as client:
        endpoint = Endpoint(server.netloc, "https", server.netloc)
        failures = [client.transport.fetch("GET", endpoint, PATH, repository=REPOSITORY) for _ in range(3)]
        assert client.transport.wire.sent == {endpoint.base: 1}
    assert all(isinstance(failure, Failure) and failure.reason is Reason.UNREACHABLE for failure in failures)
    assert clock.waits == []


def test_a_host_without_an_address_is_unreachable(clock: Clock) -> None:
    with open_client(config(retries=0), clock) as client:
        endpoint = Endpoint("no-such-host.invalid", "https", "no-such-host.invalid")
        failure = client.transport.fetch("GET", endpoint, PATH, repository=REPOSITORY)
    assert isinstance(failure, Failure)
    assert failure.reason is Reason.UNREACHABLE


def test_connections_are_used_again(clock: Clock) -> None:
    ports: list[object] = []
    with Scripted(lambda _: Answer(body=b"x")) as server, open_client(config(), clock) as client:
        original = server.answer

        def note(request: Request) -> Answer:
            ports.append(threading.get_ident())  # the server has one thread for each connection
            return original(request)

        server.answer = note
        for method in ("HEAD", "GET", "HEAD", "GET"):
            get(client.transport, server, method)
    assert len(set(ports)) == 1


def test_a_stopped_transport_asks_nothing_and_waits_for_nothing(clock: Clock) -> None:
    with Scripted(lambda _: Answer(500)) as server, open_client(config(), clock) as client:
        client.transport.stop()
        failure = get(client.transport, server)
        assert server.seen == []
    assert isinstance(failure, Failure)
    assert "interrupted" in failure.detail


def test_limits_are_remembered(clock: Clock) -> None:
    headers = (("ratelimit-limit", "100;w=21600"), ("ratelimit-remaining", "76;w=21600"))
    with Scripted(lambda _: Answer(headers=headers)) as server, open_client(config(), clock) as client:
        endpoint = Endpoint(server.netloc, "http", server.netloc)
        assert client.transport.rate(endpoint) is None
        get(client.transport, server)
        assert client.transport.rate(endpoint) == RateLimit(76, 100, 21600)
