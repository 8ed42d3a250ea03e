"""Redirects, and what must never go along with a request."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.reasons import Reason
from refactor.registry.answers import Failure
from refactor.registry.wire import Refusal, Response, Trouble, Wire, _target
from tests.support.fetching import PATH, config, dead_port, fetch, get
from tests.support.lookups import Clock, open_client, write_credentials
from tests.support.scripted import Answer, Request, Scripted


def redirect(location: str, status: int = 307) -> Answer:
    return Answer(status, (("Location", location),))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_redirects_are_followed_with_the_same_method(clock: Clock, status: int, method: str) -> None:
    with Scripted(lambda request: redirect("/other?x=1", status) if request.path == PATH else Answer(200)) as server:
        assert isinstance(fetch(server, clock, method=method), Response)
        assert server.lines == [f"{method} {PATH}", f"{method} /other?x=1"]


def test_a_redirect_loop_ends(clock: Clock) -> None:
    with Scripted(lambda request: redirect(f"{request.path}x")) as server:
        failure = fetch(server, clock)
        assert len(server.seen) == 6
    assert isinstance(failure, Failure)
    assert failure.reason is Reason.BAD_ANSWER
    assert "redirects more than 5 times" in failure.detail


def basic_registry(request: Request, answer: Answer) -> Answer:
    return answer if request.authorization else Answer(401, (("WWW-Authenticate", 'Basic realm="x"'),))


def test_credentials_stay_behind_on_a_redirect_to_another_host(clock: Clock, tmp_path: Path) -> None:
    with Scripted(lambda _: Answer(200, body=b"blob")) as other:
        with Scripted(lambda request: basic_registry(request, redirect(f"{other.url}/blob?sig=secret"))) as server:
            write_credentials(tmp_path, {server.netloc: ("ada", "hunter2")})
            response = fetch(server, clock, home=tmp_path)
            assert [request.authorization is not None for request in server.seen] == [False, True]
        assert [request.authorization for request in other.seen] == [None]
    assert isinstance(response, Response)
    assert response.body == b"blob"


def test_credentials_stay_on_a_redirect_within_the_registry(clock: Clock, tmp_path: Path) -> None:
    with Scripted(lambda request: basic_registry(request, redirect("/other") if request.path == PATH else Answer(200))) as server:
        write_credentials(tmp_path, {server.netloc: ("ada", "hunter2")})
        assert isinstance(fetch(server, clock, home=tmp_path), Response)
        assert [request.authorization is not None for request in server.seen] == [False, True, True]


def test_a_redirect_that_comes_back_gets_its_credentials_again_and_the_stranger_none(clock: Clock, tmp_path: Path) -> None:
    with Scripted(lambda _: Answer(200)) as other:
        with Scripted(lambda request: basic_registry(request, redirect(other.url) if request.path == PATH else Answer(200))) as server:
            other.answer = lambda _: redirect(f"{server.url}/back")
            write_credentials(tmp_path, {server.netloc: ("ada", "hunter2")})
            assert isinstance(fetch(server, clock, home=tmp_path), Response)
            assert [request.authorization is not None for request in server.seen] == [False, True, True]
        assert [request.authorization for request in other.seen] == [None]


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ("http://cdn.example/x", "from https to plain http"),
        ("https://127.0.0.1/x", "an address of this machine"),
        ("https://169.254.169.254/latest/meta-data", "an address of this machine or network"),
        ("https://10.0.0.1/x", "an address of this machine or network"),
        ("ftp://cdn.example/x", "no web address"),
        ("https://[x", "no URL"),
        ("javascript:alert(1)", "no web address"),
    ],
)
def test_redirects_that_must_not_be_followed(location: str, problem: str) -> None:
    with pytest.raises(Refusal) as caught:
        _target("https://registry.example/v2/", location)
    assert caught.value.failure.reason is Reason.BAD_ANSWER
    assert problem in caught.value.failure.detail


@pytest.mark.parametrize(
    ("url", "location", "target"),
    [
        ("https://a.example/v2/x", "/y", "https://a.example/y"),
        ("https://a.example/v2/x", "https://cdn.example/y?sig=1", "https://cdn.example/y?sig=1"),
        ("https://a.example/v2/x", "//cdn.example/y", "https://cdn.example/y"),
        ("http://127.0.0.1:5000/v2/x", "http://127.0.0.1:6000/y", "http://127.0.0.1:6000/y"),
        ("http://127.0.0.1:5000/v2/x", "https://cdn.example/y", "https://cdn.example/y"),
        ("http://10.0.0.1/v2/x", "http://10.0.0.2/y", "http://10.0.0.2/y"),
    ],
)
def test_redirects_that_may_be_followed(url: str, location: str, target: str) -> None:
    assert _target(url, location) == target


def test_a_dead_redirect_target_does_not_give_the_registry_up(clock: Clock) -> None:
    netloc = dead_port()

    def to_the_dead(request: Request) -> Answer:
        return redirect(f"http://{netloc}/blob") if "blobs" in request.path else Answer(200)

    with Scripted(to_the_dead) as server, open_client(config(retries=1), clock) as client:
        for _ in range(3):
            failure = get(client.transport, server, path="/v2/x/blobs/y")
            assert isinstance(failure, Failure)
            assert failure.reason is Reason.UNREACHABLE
        assert client.transport.wire.sent[f"http://{netloc}"] == 2
        assert isinstance(get(client.transport, server), Response)


def test_a_form_with_a_token_follows_no_redirect() -> None:
    with Scripted(lambda _: redirect("/elsewhere")) as server:
        wire = Wire(timeout=5, connections=1, env={})
        with pytest.raises(Refusal, match="redirects a request that carries a token"):
            wire.send("POST", f"{server.url}/token", form={"refresh_token": "secret"})
        assert server.lines == ["POST /token"]
        wire.close()


def test_the_environments_netrc_and_cookies_are_not_used(clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with Scripted(lambda _: Answer(headers=(("Set-Cookie", "session=1; Path=/"),))) as server, open_client(config(), clock) as client:
        (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ada password hunter2\n")
        for _ in range(2):
            get(client.transport, server)
        assert [(request.authorization, request.headers.get("Cookie")) for request in server.seen] == [(None, None)] * 2


def test_trouble_names_the_host_it_was_with() -> None:
    wire = Wire(timeout=1, connections=1, env={})
    netloc = dead_port()
    with pytest.raises(Trouble) as caught:
        wire.send("GET", f"http://{netloc}/x?token=secret")
    assert caught.value.base == f"http://{netloc}"
    assert "secret" not in str(caught.value)
    wire.close()


@pytest.mark.parametrize("location", ["https://[x", "//[::1", "https://[x]:99999/"])
def test_a_location_that_is_no_url_is_a_bad_answer(clock: Clock, location: str) -> None:
    with Scripted(lambda _: redirect(location)) as server:
        failure = fetch(server, clock)
    assert isinstance(failure, Failure)
    assert failure.reason is Reason.BAD_ANSWER
