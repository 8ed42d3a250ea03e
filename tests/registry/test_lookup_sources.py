"""Lock file, then cache, then registry; what each is good for, and what a run without a network does."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from refactor.reasons import Reason
from refactor.registry.answers import Resolved
from refactor.registry.cache import DigestCache
from refactor.registry.client import RegistryClient
from refactor.registry.config import RegistryConfig
from refactor.registry.connect import open_images
from refactor.registry.demo import DemoImage, build
from refactor.registry.lockfile import Lockfile
from refactor.registry.lookup import ImageLookup
from refactor.services import Pin, Unresolved
from tests.support.clients import serve
from tests.support.desk import (
    NGINX_DIGEST,
    Desk,
    one,
    refs,
)
from tests.support.lookups import NOW, Clock, open_client
from tests.support.scripted import Scripted


def locked(text: str = "docker.io/library/nginx:latest", version: str | None = "1.20.0") -> Lockfile:
    return Lockfile().merged([Resolved(text, f"sha256:{'1' * 64}", "index", NOW, "docker.io", version=version, searched=True)])


def test_the_lock_file_is_believed_before_the_cache_and_the_registry(desk: Desk) -> None:
    with desk.images() as images:
        images.pin(refs("nginx"))
    count = len(desk.demo.requests)
    with desk.images(lock=locked()) as images:
        assert one(images, "nginx") == Pin(f"sha256:{'1' * 64}", "index", "1.20.0", "", "lock")
        assert images.lockfile().render() == locked().render()
    with desk.images(lock=locked(version=None)) as images:
        found = one(images, "nginx")
        assert isinstance(found, Pin)
        assert (found.version, found.no_version) == (None, "the lock file has none")
    assert len(desk.demo.requests) == count


def test_the_cache_answers_for_ten_minutes(desk: Desk) -> None:
    with desk.images() as images:
        first = images.pin(refs("nginx", "nginx:odd"))
    count = len(desk.demo.requests)
    desk.clock.at += 599
    with desk.images() as images:
        again = images.pin(refs("nginx", "nginx:odd"))
    assert len(desk.demo.requests) == count
    for reference, pin in again.items():
        before = first[reference]
        assert isinstance(pin, Pin)
        assert isinstance(before, Pin)
        assert (pin.digest, pin.version, pin.no_version, pin.source) == (before.digest, before.version, before.no_version, "cache")
    desk.clock.at += 2
    with desk.images() as images:
        found = one(images, "nginx")
    assert isinstance(found, Pin)
    assert found.source == "registry"


def test_a_cached_digest_gets_its_version_when_that_is_asked_for(desk: Desk) -> None:
    with desk.images() as images:
        images.pin(refs("nginx"), version=False)
    with desk.images() as images:
        found = one(images, "nginx")
        assert isinstance(found, Pin)
        assert (found.version, found.source) == ("1.27.3", "cache")
    assert sum(request.endswith("manifests/latest") for request in desk.demo.requests) == 1


def test_a_tag_that_has_moved_since_gives_no_version_to_what_it_was(clock: Clock, tmp_path: Path) -> None:
    def images(client: RegistryClient) -> ImageLookup:
        return ImageLookup(client, client.transport.config, now=clock.now, cache=DigestCache(tmp_path, now=clock.now))

    before, after = build(DemoImage("before")), build(DemoImage("after"))
    with Scripted(serve(before)) as server:
        config = RegistryConfig(mirrors={"docker.io": server.url}, retries=0)
        with open_client(config, clock) as client:
            assert isinstance(one(images(client), "x/y", platform="linux/arm64", version=False), Pin)
        server.answer = serve(after)
        with open_client(config, clock) as client:
            found = one(images(client), "x/y", platform="linux/arm64")
    assert found == Pin(before.child("linux/arm64"), "manifest", None, "the tag has moved since its digest was asked for", "cache")


def test_platforms_and_mirrors_are_cached_apart(desk: Desk) -> None:
    with desk.images() as images:
        index, child = one(images, "nginx"), one(images, "nginx", platform="linux/arm64")
    with desk.images() as images:
        cached = one(images, "nginx"), one(images, "nginx", platform="linux/arm64")
    assert [pin.digest for pin in cached if isinstance(pin, Pin)] == [pin.digest for pin in (index, child) if isinstance(pin, Pin)]
    elsewhere = RegistryConfig(mirrors={"docker.io": "http://127.0.0.1:1"}, retries=0)
    with desk.images(config=elsewhere) as images:
        found = one(images, "nginx")
    assert isinstance(found, Unresolved)
    assert found.reason is Reason.UNREACHABLE


def test_refresh_asks_anew_and_renews_both(desk: Desk) -> None:
    with desk.images(lock=locked(), refresh=True) as images:
        found = one(images, "nginx")
        assert found == Pin(NGINX_DIGEST, "index", "1.27.3", "", "registry")
        entry = images.lockfile().get("docker.io/library/nginx:latest", None)
    assert entry is not None
    assert (entry.digest, entry.version, entry.when, entry.host) == (NGINX_DIGEST, "1.27.3", NOW, desk.demo.url.removeprefix("http://"))
    found = one(desk.offline(), "nginx")
    assert isinstance(found, Pin)
    assert found.source == "cache"


def test_failures_are_neither_locked_nor_cached(desk: Desk) -> None:
    with desk.images() as images:
        images.pin(refs("nginx:nope"))
        assert images.lockfile() == Lockfile()
    found = one(desk.offline(), "nginx:nope")
    assert isinstance(found, Unresolved)
    assert found.reason is Reason.OFFLINE


def test_the_lock_file_has_tags_and_not_what_was_asked_by_digest(desk: Desk) -> None:
    with desk.images() as images:
        images.pin(refs("nginx", f"nginx@{NGINX_DIGEST}", "nginx:1.27.3"))
        images.pin(refs("nginx"), platform="linux/amd64")
        keys = sorted(images.lockfile().entries)
    name = "docker.io/library/nginx"
    assert keys == [(f"{name}:1.27.3", ""), (f"{name}:latest", ""), (f"{name}:latest", "linux/amd64")]


def test_offline_only_lock_file_and_cache_answer_however_old(desk: Desk) -> None:
    with desk.images() as images:
        images.pin(refs("nginx:1.27"), version=False)
    count = len(desk.demo.requests)
    desk.clock.at += timedelta(days=20).total_seconds()
    images = desk.offline(locked())
    assert one(images, "nginx") == Pin(f"sha256:{'1' * 64}", "index", "1.20.0", "", "lock")
    cached = one(images, "nginx:1.27")
    assert isinstance(cached, Pin)
    assert (cached.digest, cached.version, cached.source) == (NGINX_DIGEST, None, "cache")
    assert "offline" in cached.no_version
    assert one(images, "ghcr.io/team/app") == Unresolved(Reason.OFFLINE, Reason.OFFLINE.text)
    desk.clock.at += timedelta(days=11).total_seconds()
    assert isinstance(one(desk.offline(), "nginx:1.27"), Unresolved)
    assert len(desk.demo.requests) == count


def test_offline_nothing_for_a_network_is_imported() -> None:
    program = """
import os, sys
from pathlib import Path
from refactor.registry.config import RegistryConfig
from refactor.registry.connect import open_images
from refactor.registry.reference import Reference
with open_images(RegistryConfig(), env={}, home=Path("/nonexistent"), offline=True) as images:
    print(images.pin([Reference.parse("nginx")]))
print(sorted({"requests", "urllib3", "http.client", "ssl"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    assert "OFFLINE" in done.stdout
    assert done.stdout.endswith("[]\n")


def test_references_and_tags_are_light() -> None:
    program = """
import sys
import refactor.services, refactor.registry.tags, refactor.registry.reference
print(sorted({"requests", "urllib3", "http", "json", "email", "tomllib", "threading", "ssl", "subprocess"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-S", "-c", program], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_open_images_reads_its_environment_and_keeps_its_cache_there(desk: Desk, tmp_path: Path) -> None:
    env = {"XDG_CACHE_HOME": str(tmp_path / "xdg"), "HTTP_PROXY": "http://127.0.0.1:1"}
    for source in ("registry", "cache"):
        with open_images(desk.config, env=env, home=tmp_path, now=desk.clock.now) as images:
            found = one(images, "nginx")
        assert isinstance(found, Pin)
        assert found.source == source
    assert list((tmp_path / "xdg" / "tfmod" / "images").iterdir())
    with open_images(desk.config, env=env, home=tmp_path, cached=False, now=desk.clock.now) as images:
        found = one(images, "nginx")
    assert isinstance(found, Pin)
    assert found.source == "registry"
