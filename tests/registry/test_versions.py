"""Which exact tag a digest has: tried in a good order, and believed only when the digests are equal."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from refactor.registry.config import RegistryConfig
from refactor.registry.lookup import ImageLookup
from refactor.services import Pin, Unresolved
from tests.support.desk import (
    one,
    registry_of,
)
from tests.support.lookups import Clock, open_client
from tests.support.scripted import Answer, Request, Scripted


def find(server: Callable[[Request], Answer], text: str = "x/y:latest") -> tuple[Pin | Unresolved, list[str]]:
    with Scripted(server) as scripted:
        config = RegistryConfig(mirrors={"docker.io": scripted.url}, retries=0)
        with open_client(config, Clock()) as client:
            found = one(ImageLookup(client, config, now=Clock().now), text)
        return found, scripted.lines


def heads(lines: list[str]) -> list[str]:
    return [line.rpartition("/")[2] for line in lines if line.startswith("HEAD")]


def test_no_version_is_believed_whose_digest_is_another() -> None:
    found, lines = find(registry_of({"latest": "a", "1.0.0": "b", "0.9.0": "c"}))
    assert isinstance(found, Pin)
    assert found.version is None
    assert "none of the 2 exact tags" in found.no_version
    assert heads(lines) == ["latest", "1.0.0", "0.9.0"]


def test_at_most_twenty_tags_are_tried_newest_first() -> None:
    tags = {"latest": "a", **{f"1.0.{number}": "b" for number in range(50)}, "0.1.0": "a"}
    found, lines = find(registry_of(tags))
    assert isinstance(found, Pin)
    assert found.version is None
    assert "none of the 20 likeliest of 51 exact tags" in found.no_version
    assert heads(lines) == ["latest", *(f"1.0.{number}" for number in range(49, 29, -1))]


def test_the_label_leads_to_an_old_version() -> None:
    tags = {"latest": "a", **{f"1.0.{number}": "b" for number in range(50)}, "0.1.0": "a"}
    given = Answer(200, body=b'{"schemaVersion":2,"config":{},"annotations":{"org.opencontainers.image.version":"v0.1.0"}}')
    served = registry_of(tags)

    def answer(request: Request) -> Answer:
        return given if request.method == "GET" and "/manifests/" in request.path else served(request)

    real = sha256(given.body).hexdigest()

    def real_digests(request: Request) -> Answer:
        found = answer(request)
        headers = [(name, value.replace("a" * 64, real)) for name, value in found.headers]
        return Answer(found.status, headers, found.body)

    pin, lines = find(real_digests)
    assert isinstance(pin, Pin)
    assert pin.version == "0.1.0"
    assert heads(lines) == ["latest", "1.0.49", "1.0.48", "1.0.47", "0.1.0"]


def test_a_label_that_lies_leads_to_nothing() -> None:
    tags = {"latest": "a", **{f"1.0.{number}": "b" for number in range(5)}}
    found, lines = find(registry_of(tags, label="1.0.0"))
    assert isinstance(found, Pin)
    assert found.version is None
    assert len(heads(lines)) == 6


def test_the_label_is_not_asked_for_where_the_first_tries_are_enough() -> None:
    found, lines = find(registry_of({"latest": "a", "2.0.0": "b", "1.0.0": "a", "0.9.0": "c", "0.8.0": "c"}))
    assert isinstance(found, Pin)
    assert found.version == "1.0.0"
    assert not [line for line in lines if line.startswith("GET") and "/manifests/" in line]


def test_without_a_tag_list_there_is_a_digest_and_the_reason() -> None:
    found, _ = find(registry_of({"latest": "a"}, {"list": Answer(403)}))
    assert isinstance(found, Pin)
    assert found.version is None
    assert "refuses access" in found.no_version


def test_a_limit_reached_in_the_search_ends_it_and_not_the_pin() -> None:
    found, lines = find(registry_of({"latest": "a", "2.0.0": "b", "1.0.0": "a"}, {"2.0.0": Answer(429)}))
    assert isinstance(found, Pin)
    assert found.version is None
    assert "ended early" in found.no_version
    assert heads(lines) == ["latest", "2.0.0"]


def test_a_tag_that_is_listed_and_gone_is_passed_over() -> None:
    found, _ = find(registry_of({"latest": "a", "2.0.0": "b", "1.0.0": "a"}, {"2.0.0": Answer(404)}))
    assert isinstance(found, Pin)
    assert found.version == "1.0.0"


def test_the_most_exact_tag_there_is_stands_for_itself() -> None:
    found, lines = find(registry_of({"16.4-bullseye": "a", "16-bullseye": "a", "16.3-bullseye": "b"}), "x/y:16.4-bullseye")
    assert isinstance(found, Pin)
    assert found.version == "16.4-bullseye"
    assert heads(lines) == ["16.4-bullseye"]
