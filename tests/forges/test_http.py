"""Forges, proxies and networks that misbehave: what is repeated, what is waited for, what is said, and where a token never goes."""

from __future__ import annotations

import time
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from refactor.forges.errors import ForgeReason
from refactor.forges.http import Transport
from refactor.forges.model import NewPull
from refactor.forges.remote import Location
from refactor.forges.settings import ForgeKind
from tests.forges.labs import FakeLab, error, fake_lab, ok, said
from tests.support.lookups import NOW, Clock
from tests.support.scripted import Answer, Request, Scripted, json_answer

# Repeating


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_forge_that_is_down_for_a_moment_is_asked_again(fake: FakeLab, status: int) -> None:
    fake.fake.overrides = [Answer(status), Answer(status)]
    assert ok(fake.client.project()).default_branch == "main"
    assert fake.clock.waits == [1.0, 2.0]


def test_a_forge_that_stays_down_is_said_to_be(fake: FakeLab) -> None:
    fake.fake.overrides = [Answer(502, (("Content-Type", "text/html"),), b"<html>Bad gateway</html>")] * 4
    failed = error(fake.client.project(), ForgeReason.UNAVAILABLE)
    assert failed.status == 502 and failed.reason.may_pass and "later" in failed.advice
    assert len(fake.script.seen) == 4


def test_a_server_that_took_too_long_is_down_and_no_text_too_long(fake: FakeLab) -> None:
    fake.fake.overrides = [said("The request took too long", 500)] * 4
    error(fake.client.project(), ForgeReason.UNAVAILABLE)


def test_what_makes_something_new_is_not_repeated_after_an_error(fake: FakeLab) -> None:
    fake.push("tfmod/x", "1")
    fake.fake.overrides = [Answer(502)]
    error(fake.client.create(NewPull("tfmod/x", "main", "t", "b")), ForgeReason.UNAVAILABLE)
    assert len(fake.script.seen) == 1 and fake.clock.waits == []


def test_it_is_repeated_after_a_rate_limit_as_nothing_was_done(fake: FakeLab) -> None:
    fake.push("tfmod/x", "1")
    fake.fake.overrides = [said("slow down", 429, ("Retry-After", "7"))]
    ok(fake.client.create(NewPull("tfmod/x", "main", "t", "b")))
    assert fake.clock.waits == [7.0] and len(fake.world.pulls) == 1


def test_a_broken_answer_to_a_new_pull_request_leaves_it_open_whether_it_was_made(fake: FakeLab) -> None:
    fake.push("tfmod/x", "1")
    fake.fake.overrides = [Answer(201, (), b"{", length=900)]
    failed = error(fake.client.create(NewPull("tfmod/x", "main", "t", "b")), ForgeReason.UNREACHABLE)
    assert "not known" in failed.advice and len(fake.script.seen) == 1


def test_a_connection_that_breaks_is_tried_again(fake: FakeLab) -> None:
    fake.fake.overrides = [Answer(200, (), b"{", length=900)]
    ok(fake.client.project())
    assert len(fake.script.seen) == 2


def test_a_host_that_is_not_there_is_unreachable() -> None:
    with Scripted(lambda request: Answer()) as script:
        netloc = script.netloc
    clock = Clock()
    location = Location(ForgeKind.GITEA, netloc, "a/b", f"http://{netloc}/api/v1", f"http://{netloc}")
    transport = Transport(location, None, env={}, clock=clock.monotonic, now=clock.now, sleep=clock.sleep, jitter=lambda: 1.0)
    failed = error(transport.send("GET", "/repos/a/b"), ForgeReason.UNREACHABLE)
    assert "refused" in failed.text.lower() and clock.waits == [1.0, 2.0, 4.0]
    transport.close()


def test_a_forge_that_says_nothing_is_given_up(hub: FakeLab) -> None:
    def silent(request: Request) -> Answer:
        hub.script.released.wait()
        return Answer()

    hub.script.answer = silent
    transport = Transport(hub.location, None, env={}, timeout=0.05, retries=1, sleep=hub.clock.sleep, jitter=lambda: 1.0)
    failed = error(transport.send("GET", "/x"), ForgeReason.UNREACHABLE)
    assert "did not answer within 0.05 s" in failed.text and len(hub.clock.waits) == 1
    transport.close()


# Rate limits


def test_githubs_limit_is_waited_out_by_its_own_clock(hub: FakeLab) -> None:
    """The server's ``Date`` is the real time here, and the client's clock is months away from it."""
    headers = (("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", str(int(time.time()) + 30)))
    hub.fake.overrides = [said("API rate limit exceeded for user", 403, *headers)]
    ok(hub.client.project())
    assert len(hub.clock.waits) == 1 and 29 <= hub.clock.waits[0] <= 32


def test_githubs_secondary_limit_waits_a_minute_where_nothing_is_said(hub: FakeLab) -> None:
    hub.fake.overrides = [said("You have exceeded a secondary rate limit. Please wait", 403)]
    ok(hub.client.project())
    assert hub.clock.waits == [60.0]


def test_gitlabs_limit_is_waited_out() -> None:
    with fake_lab(ForgeKind.GITLAB) as lab:
        lab.fake.overrides = [
            said("429 Too Many Requests", 429, ("RateLimit-Remaining", "0"), ("RateLimit-Reset", str(int(time.time()) + 20)))
        ]
        ok(lab.client.project())
        assert 19 <= lab.clock.waits[0] <= 22


def test_a_date_in_retry_after_is_understood(fake: FakeLab) -> None:
    fake.fake.overrides = [said("later", 429, ("Retry-After", format_datetime(NOW + timedelta(seconds=9), usegmt=True)))]
    ok(fake.client.project())
    assert fake.clock.waits == [9.0]


def test_a_limit_without_a_time_is_met_with_growing_pauses(fake: FakeLab) -> None:
    fake.fake.overrides = [said("slow", 429)] * 2
    ok(fake.client.project())
    assert fake.clock.waits == [1.0, 2.0]


def test_a_wait_that_is_too_long_is_said_with_its_end(fake: FakeLab) -> None:
    fake.fake.overrides = [said("slow", 429, ("Retry-After", "3600"))]
    failed = error(fake.client.project(), ForgeReason.RATE_LIMITED)
    assert "60 min (until 13:00 UTC)" in failed.text and fake.clock.waits == [] and failed.reason.may_pass


@pytest.mark.parametrize("value", ["soon", "-5", "9" * 40, ""])
def test_a_retry_after_that_makes_no_sense_is_passed_over(fake: FakeLab, value: str) -> None:
    fake.fake.overrides = [said("slow", 429, ("Retry-After", value))]
    ok(fake.client.project())
    assert fake.clock.waits == [1.0]


# Redirects, and where the token goes


def test_a_renamed_project_is_read_where_it_is_now(hub: FakeLab) -> None:
    hub.fake.overrides = [Answer(301, (("Location", f"{hub.script.url}/repos/team/infra"),))]
    assert ok(hub.client.project()).path == "team/infra"
    assert len(hub.script.seen) == 2


def test_a_write_follows_only_what_keeps_it_a_write(hub: FakeLab) -> None:
    hub.push("tfmod/x", "1")
    new = NewPull("tfmod/x", "main", "t", "b")
    hub.fake.overrides = [Answer(301, (("Location", "/repos/team/infra/pulls"),))]
    failed = error(hub.transport.send("POST", "/repos/old/infra/pulls", body={}), ForgeReason.NOT_FOUND)
    assert "moved" in failed.text and "remote" in failed.advice
    hub.fake.overrides = [Answer(307, (("Location", "/repos/team/infra/pulls"),))]
    ok(hub.client.create(new))
    assert [line.split()[0] for line in hub.script.lines] == ["POST", "POST", "POST"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_a_redirect_to_another_host_is_not_followed(hub: FakeLab, status: int, method: str) -> None:
    with Scripted(lambda request: json_answer({})) as thief:
        hub.fake.overrides = [Answer(status, (("Location", f"{thief.url}/login"),))]
        failed = error(hub.transport.send(method, "/repos/team/infra", body=None if method == "GET" else {}), ForgeReason.NOT_API)
        assert thief.seen == [] and thief.netloc in failed.text


@pytest.mark.parametrize("target", ["", "http://[broken", "mailto:x", "//", "/loop"])
def test_a_redirect_to_nowhere_ends(hub: FakeLab, target: str) -> None:
    hub.script.answer = lambda request: Answer(302, (("Location", target),))
    error(hub.transport.send("GET", "/loop"), ForgeReason.NOT_API)
    assert len(hub.script.seen) <= 4


def test_a_url_of_another_host_is_not_asked(hub: FakeLab) -> None:
    with Scripted(lambda request: json_answer([])) as thief:
        error(hub.transport.send("GET", f"{thief.url}/x"), ForgeReason.BAD_ANSWER)
        assert thief.seen == []


def test_nothing_of_the_machine_is_sent_along(hub: FakeLab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    transport = hub.transport_with(None)
    transport.send("GET", "/repos/team/infra")
    assert hub.script.seen[-1].authorization is None
    transport.close()


# Pages


@pytest.mark.parametrize("count", [0, 1, 100, 101, 250])
def test_all_pages_are_read_though_links_name_another_host(fake: FakeLab, count: int) -> None:
    fake.world.page = 50
    for number in range(count):
        fake.world.open(f"tfmod/{number}", "main", "t", "b")
    assert len(ok(fake.client.open_pulls())) == count
    assert all(request.authorization for request in fake.script.seen)


def test_gitlabs_next_page_is_enough() -> None:
    def answer(request: Request) -> Answer:
        last = "page=3" in request.path
        return json_answer([request.path], ("X-Next-Page", "" if last else "3" if "page=2" in request.path else "2"))

    with fake_lab(ForgeKind.GITLAB) as lab:
        lab.script.answer = answer
        assert ok(lab.transport.pages("/x")) == ["/api/v4/x", "/api/v4/x?page=2", "/api/v4/x?page=3"]


def test_a_link_need_not_repeat_what_was_asked(hub: FakeLab) -> None:
    def answer(request: Request) -> Answer:
        more = () if "page=2" in request.path else (("Link", '</x?page=2>; rel="next"'),)
        return json_answer([request.path], *more)

    hub.script.answer = answer
    assert ok(hub.transport.pages("/x", {"state": "open"})) == ["/x?state=open", "/x?state=open&page=2"]


def test_a_link_that_goes_in_circles_ends(hub: FakeLab) -> None:
    hub.script.answer = lambda request: json_answer([1], ("Link", f'<{hub.script.url}/x?page=2>; rel="next"'))
    assert ok(hub.transport.pages("/x")) == [1, 1]


def test_pages_are_read_up_to_a_limit(hub: FakeLab) -> None:
    def answer(request: Request) -> Answer:
        page = int(request.path.rpartition("=")[2]) if "=" in request.path else 1
        return json_answer([page], ("Link", f'<{hub.script.url}/x?page={page + 1}>; rel="next"'))

    hub.script.answer = answer
    assert ok(hub.transport.pages("/x", most=3)) == [1, 2, 3]


def test_an_error_on_a_later_page_is_the_whole_lists_error(fake: FakeLab) -> None:
    fake.world.page = 1
    for number in range(3):
        fake.world.open(f"tfmod/{number}", "main", "t", "b")
    fake.fake.overrides = [None, said("gone", 404)]
    error(fake.client.open_pulls(), ForgeReason.NOT_FOUND)
