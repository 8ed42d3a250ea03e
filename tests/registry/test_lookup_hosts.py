"""Many images and bad hosts: quotas, dead hosts, several requests at once, and an end at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from refactor.reasons import Reason
from refactor.registry.answers import Failure
from refactor.registry.config import RegistryConfig
from refactor.registry.lookup import ImageLookup
from refactor.registry.reference import Reference
from refactor.services import Pin, Unresolved
from tests.support.desk import (
    Desk,
    refs,
    registry_of,
)
from tests.support.lookups import Clock, open_client
from tests.support.scripted import Answer, Request, Scripted


def test_a_dead_host_costs_its_retries_once_and_holds_nobody_up(desk: Desk) -> None:
    config = RegistryConfig(mirrors={**desk.demo.mirrors(), "quay.io": "http://127.0.0.1:1"}, retries=3)
    references = refs("nginx", *(f"quay.io/x/y{number}:latest" for number in range(100)), "nginx:1.27.2")
    with open_client(config, desk.clock) as client:
        found = ImageLookup(client, config, now=desk.clock.now).pin(references)
        assert client.transport.wire.sent["http://127.0.0.1:1"] == 4
    assert sum(isinstance(pin, Pin) for pin in found.values()) == 2
    assert {pin.reason for pin in found.values() if isinstance(pin, Unresolved)} == {Reason.UNREACHABLE}


def test_a_run_that_may_exceed_the_quota_says_so_before_it_goes_on() -> None:
    warnings: list[str] = []
    seen_at_warning: list[int] = []
    tags = {f"1.0.{number}": "a" for number in range(10)}
    served = registry_of(tags)
    limits = (("RateLimit-Limit", "100;w=21600"), ("RateLimit-Remaining", "5;w=21600"))

    def answer(request: Request) -> Answer:
        found = served(request)
        return Answer(found.status, (*found.headers, *limits), found.body)

    with Scripted(answer) as server:
        config = RegistryConfig(mirrors={"docker.io": server.url}, retries=0)

        def warn(message: str) -> None:
            warnings.append(message)
            seen_at_warning.append(len(server.seen))

        with open_client(config, Clock()) as client:
            images = ImageLookup(client, config, now=Clock().now, warn=warn)
            images.pin(refs(*(f"x/y:{tag}" for tag in tags)))
            assert images.warnings == warnings
    assert len(warnings) == 1
    assert "5 of 100 requests in 6 h are left, and 9 images are still to be looked up" in warnings[0]
    assert seen_at_warning == [1]


def test_a_quota_that_a_later_answer_tells_of_is_said_too() -> None:
    served = registry_of({f"1.0.{number}": "a" for number in range(9)})

    def answer(request: Request) -> Answer:
        if request.path.endswith("gone"):
            return Answer(404)
        return Answer(200, (*served(request).headers, ("RateLimit-Remaining", "0")))

    with Scripted(answer) as server:
        config = RegistryConfig(mirrors={"docker.io": server.url}, retries=0, workers=1)
        with open_client(config, Clock()) as client:
            images = ImageLookup(client, config, now=Clock().now)
            images.pin(refs("x/y:gone", *(f"x/y:1.0.{number}" for number in range(9))), version=False)
    assert len(images.warnings) == 1
    assert "0 requests are left, and 8 images" in images.warnings[0]


def test_a_quota_that_is_enough_is_not_worth_a_word() -> None:
    served = registry_of({"1.0.0": "a", "1.0.1": "a"})
    with Scripted(lambda request: Answer(200, (*served(request).headers, ("RateLimit-Remaining", "1")))) as server:
        config = RegistryConfig(mirrors={"docker.io": server.url}, retries=0)
        with open_client(config, Clock()) as client:
            images = ImageLookup(client, config, now=Clock().now)
            images.pin(refs("x/y:1.0.0", "x/y:1.0.1"))
            assert images.warnings == []


def test_several_images_are_asked_at_once_and_no_more_than_the_workers() -> None:
    lock = threading.Lock()
    now = most = 0
    meeting = threading.Barrier(3)
    served = registry_of({f"1.0.{number}": "a" for number in range(10)})

    def answer(request: Request) -> Answer:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        if not request.path.endswith("1.0.0"):
            meeting.wait(10)
        with lock:
            now -= 1
        return served(request)

    with Scripted(answer) as server:
        config = RegistryConfig(mirrors={"docker.io": server.url}, retries=0, workers=3)
        with open_client(config, Clock()) as client:
            found = ImageLookup(client, config, now=Clock().now).pin(refs(*(f"x/y:1.0.{number}" for number in range(10))))
    assert all(isinstance(pin, Pin) for pin in found.values())
    assert most == 3


def test_what_goes_wrong_inside_is_not_swallowed(desk: Desk) -> None:
    class Broken(Exception):
        pass

    def broken(_seconds: float) -> None:
        raise Broken

    config = RegistryConfig(mirrors={"docker.io": "http://127.0.0.1:1"}, retries=1)
    with open_client(config, desk.clock) as client:
        client.transport._sleep = broken
        with pytest.raises(Broken):
            ImageLookup(client, config, now=desk.clock.now).pin(refs("nginx"))


def test_an_interrupt_stops_what_is_under_way(desk: Desk) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with open_client(desk.config, desk.clock) as client:
        images = ImageLookup(client, desk.config, now=desk.clock.now)
        with pytest.raises(KeyboardInterrupt):
            images.pin(refs("nginx"), progress=lambda done, total: interrupt(done, total) if done else None)
        found = client.manifest(Reference.parse("ghcr.io/team/app"))
        assert isinstance(found, Failure)
        assert "interrupted" in found.detail


INTERRUPTED = """
import sys
from pathlib import Path
from refactor.registry.config import RegistryConfig
from refactor.registry.connect import open_images
from refactor.registry.reference import Reference
config = RegistryConfig(mirrors={"docker.io": sys.argv[1]}, timeout=300, retries=9)
with open_images(config, env={}, home=Path("/nonexistent"), cached=False) as images:
    try:
        images.pin([Reference.parse(f"x/y:1.0.{number}") for number in range(50)])
    except KeyboardInterrupt:
        print("interrupted")
        raise SystemExit(130)
"""


def test_an_interrupt_ends_the_run_at_once_whatever_hosts_are_silent() -> None:
    arrived = threading.Semaphore(0)
    with Scripted(lambda _: Answer()) as server:
        served = registry_of({"1.0.0": "a"})

        def answer(request: Request) -> Answer:
            if request.path.endswith("/1.0.0"):
                return served(request)
            arrived.release()
            server.released.wait(60)
            return Answer(500)

        server.answer = answer
        root = Path(__file__).parents[2]
        process = subprocess.Popen([sys.executable, "-c", INTERRUPTED, server.url], cwd=root, stdout=subprocess.PIPE, text=True)
        for _ in range(8):  # all its threads are waiting now
            assert arrived.acquire(timeout=30)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
        assert time.monotonic() - begun < 5
    assert (output, process.returncode) == ("interrupted\n", 130)


def test_ten_thousand_references_are_asked_once_each() -> None:
    served = registry_of({"1.0.0": "a"})
    with Scripted(lambda request: served(request)) as server:
        config = RegistryConfig(mirrors={"docker.io": server.url}, retries=0)
        with open_client(config, Clock()) as client:
            images = ImageLookup(client, config, now=Clock().now)
            names = [f"team{number % 500}/app" for number in range(10_000)]
            found = images.pin([Reference.parse(f"{name}:1.0.0") for name in names])
        assert len(found) == len(server.seen) == 500
