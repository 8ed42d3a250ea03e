"""Look-ups against the demonstration registry, or against one whose tags stand for made-up digests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from refactor.registry.cache import DigestCache
from refactor.registry.config import RegistryConfig
from refactor.registry.demo import DemoImage, DemoRegistry, build
from refactor.registry.lockfile import Lockfile
from refactor.registry.lookup import ImageLookup
from refactor.registry.reference import Reference
from refactor.services import Images, Pin, Unresolved
from tests.support.lookups import Clock, open_client
from tests.support.scripted import Answer, Request, json_answer

SAME = DemoImage("1.27.3")
NGINX = {
    "latest": SAME,
    "1.27.3": SAME,
    "1.27": SAME,
    "1.27.2": DemoImage("1.27.2"),
    "1.26.2": DemoImage("1.26.2"),
    "stable-alpine": DemoImage("1.26.2-alpine"),
    "1.26.2-alpine": DemoImage("1.26.2-alpine"),
    "1.27.3-alpine": DemoImage("1.27.3-alpine"),
    "odd": DemoImage("odd"),
}
APP = {"main": DemoImage("main", platforms=("linux/arm64",)), "latest": DemoImage("app")}
IMAGES = {"docker.io/library/nginx": NGINX, "ghcr.io/team/app": APP}


def digest(name: str, tag: str) -> str:
    return build(IMAGES[name][tag]).top.digest


NGINX_DIGEST = digest("docker.io/library/nginx", "latest")


class Desk:
    """A demonstration registry, and look-ups made against it."""

    def __init__(self, demo: DemoRegistry, tmp_path: Path) -> None:
        self.demo = demo
        self.clock = Clock()
        self.warnings: list[str] = []
        self.directory = tmp_path / "cache"
        self.config = RegistryConfig(mirrors=demo.mirrors(), retries=0)

    @contextmanager
    def images(self, *, lock: Lockfile | None = None, refresh: bool = False, config: RegistryConfig | None = None) -> Iterator[ImageLookup]:
        config = config or self.config
        with open_client(config, self.clock) as client:
            cache = DigestCache(self.directory, now=self.clock.now)
            yield ImageLookup(client, config, now=self.clock.now, cache=cache, lock=lock, refresh=refresh, warn=self.warnings.append)

    def offline(self, lock: Lockfile | None = None) -> ImageLookup:
        return ImageLookup(None, self.config, now=self.clock.now, cache=DigestCache(self.directory, now=self.clock.now), lock=lock)

    def asked(self, part: str) -> int:
        return sum(part in request for request in self.demo.requests)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with DemoRegistry(IMAGES) as demo:
        yield Desk(demo, tmp_path)


def refs(*texts: str) -> list[Reference]:
    return [Reference.parse(text) for text in texts]


def one(images: Images, text: str, *, platform: str | None = None, version: bool = True) -> Pin | Unresolved:
    reference = Reference.parse(text)
    return images.pin([reference], platform=platform, version=version)[reference]


def registry_of(tags: Mapping[str, str], given: Mapping[str, Answer] | None = None, *, label: str = "") -> Callable[[Request], Answer]:
    """A registry whose tags stand for made-up digests; ``given`` answers the tag list or a tag in another way."""

    def answer(request: Request) -> Answer:
        what = request.path.partition("?")[0].rpartition("/")[2]
        if given and what in given:
            return given[what]
        if what == "list":
            return json_answer({"tags": list(tags)})
        if request.method == "GET":
            return json_answer({"schemaVersion": 2, "config": {}, "annotations": {"org.opencontainers.image.version": label}})
        if what not in tags:
            return Answer(404)
        media = ("Content-Type", "application/vnd.oci.image.index.v1+json")
        return Answer(200, (media, ("Docker-Content-Digest", f"sha256:{tags[what] * 64}")))

    return answer
