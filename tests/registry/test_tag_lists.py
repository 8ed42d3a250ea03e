"""Lists of tags: all pages, and an end to those that have none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from refactor.reasons import Reason
from refactor.registry.answers import Manifest, Tags
from refactor.registry.client import MAX_PAGES
from refactor.registry.config import RegistryConfig
from refactor.registry.reference import Reference
from tests.support.clients import HTML, IMAGE, LATEST, asking, failed, serve
from tests.support.lookups import Clock, open_client
from tests.support.scripted import Answer, Request, Scripted, json_answer


def paged(*pages: list[str], link: str = '</v2/team/app/tags/list?page={}>; rel="next"') -> Callable[[Request], Answer]:
    def answer(request: Request) -> Answer:
        number = int(request.path.partition("page=")[2] or 0)
        headers = [("Link", link.format(number + 1))] if number + 1 < len(pages) else []
        return json_answer({"name": "team/app", "tags": pages[number]}, *headers)

    return answer


def test_all_pages_of_a_tag_list_are_read_once() -> None:
    with asking(paged(["a", "b"], ["c"], ["d"])) as (client, server):
        assert client.tags(LATEST) == client.tags(LATEST.with_tag("x")) == Tags(("a", "b", "c", "d"))
        assert server.lines == ["GET /v2/team/app/tags/list?n=1000", *(f"GET /v2/team/app/tags/list?page={n}" for n in (1, 2))]


@pytest.mark.parametrize("link", ["?page={}", "list?page={}", "{url}/v2/team/app/tags/list?page={}"])
def test_a_link_may_be_relative_or_whole(link: str) -> None:
    with asking(lambda _: Answer()) as (client, server):
        server.answer = paged(["a"], ["b"], link=f"<{link.replace('{url}', server.url)}>; rel=next")
        assert client.tags(LATEST) == Tags(("a", "b"))


@pytest.mark.parametrize(
    "link", ["<https://elsewhere.example/v2/x?page={}>; rel=next", "<//elsewhere.example/x>; rel=next", "<http://[x>; rel=next"]
)
def test_a_list_is_not_followed_to_another_host(link: str) -> None:
    with asking(paged(["a"], ["b"], link=link)) as (client, server):
        found = client.tags(LATEST)
        assert isinstance(found, Tags)
        assert found.names == ("a",)
        assert "another host" in found.incomplete
        assert len(server.seen) == 1


def test_a_list_without_end_is_stopped_and_says_so() -> None:
    numbers = iter(range(10_000))

    def endless(_: Request) -> Answer:
        number = next(numbers)
        return json_answer({"tags": [f"t{number}"]}, ("Link", f"<?page={number}>; rel=next"))

    with asking(endless) as (client, server):
        found = client.tags(LATEST)
        assert isinstance(found, Tags)
        assert len(found.names) == len(server.seen) == MAX_PAGES
        assert found.incomplete == f"stopped after {MAX_PAGES} pages"


def test_a_list_of_too_many_tags_is_stopped_and_says_so() -> None:
    numbers = iter(range(10_000))

    def huge(_: Request) -> Answer:
        number = next(numbers)
        return json_answer({"tags": [f"t{number}-{i}" for i in range(20_000)]}, ("Link", f"<?page={number}>; rel=next"))

    with asking(huge) as (client, server):
        found = client.tags(LATEST)
        assert isinstance(found, Tags)
        assert found.incomplete == "stopped after 60000 tags"
        assert len(server.seen) == 3


def test_a_list_that_turns_in_a_circle_is_stopped_and_says_so() -> None:
    with asking(lambda _: json_answer({"tags": ["a"]}, ("Link", "<?page=1>; rel=next"))) as (client, server):
        found = client.tags(LATEST)
        assert isinstance(found, Tags)
        assert found.names == ("a",)
        assert "without a new tag" in found.incomplete
        assert len(server.seen) == 2


def test_a_list_that_breaks_off_keeps_what_came_and_says_so() -> None:
    good = paged(["a"], ["b"])
    with asking(lambda request: Answer(403) if "page=1" in request.path else good(request)) as (client, _):
        found = client.tags(LATEST)
        assert isinstance(found, Tags)
        assert found.names == ("a",)
        assert "refuses access" in found.incomplete


@pytest.mark.parametrize("tags", [None, []])
def test_an_empty_list_is_a_list(tags: list[str] | None) -> None:
    with asking(lambda _: json_answer({"name": "team/app", "tags": tags})) as (client, _):
        assert client.tags(LATEST) == Tags(())


@pytest.mark.parametrize("answer", [json_answer({"tags": "abc"}), json_answer([]), Answer(200, HTML, b"<html>"), Answer(200, body=b"{")])
def test_what_is_no_list_is_not_read_as_one(answer: Answer) -> None:
    with asking(lambda _: answer) as (client, _):
        failed(client.tags(LATEST), Reason.BAD_ANSWER)


def test_names_that_are_no_tags_are_dropped() -> None:
    with asking(lambda _: json_answer({"tags": ["ok", "../../blobs/x", "a b", "", 3, None, "x" * 129, "-x"]})) as (client, _):
        assert client.tags(LATEST) == Tags(("ok",))


def test_a_client_needs_no_home(tmp_path: Path) -> None:
    with Scripted(serve(IMAGE)) as server, open_client(RegistryConfig(), Clock(), tmp_path / "missing") as client:
        assert isinstance(client.manifest(Reference.parse(f"{server.netloc}/x/y")), Manifest)
