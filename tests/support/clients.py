"""A client that asks a scripted registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from refactor.reasons import Reason
from refactor.registry.answers import Failure
from refactor.registry.client import RegistryClient
from refactor.registry.config import RegistryConfig
from refactor.registry.demo import Built, DemoImage, build
from refactor.registry.reference import Reference
from tests.support.lookups import Clock, open_client
from tests.support.scripted import Answer, Request, Scripted

HTML = (("Content-Type", "text/html; charset=utf-8"),)
IMAGE = build(DemoImage("one"))
SINGLE = build(DemoImage("two", platforms=("linux/arm64",)))
LATEST = Reference.parse("team/app")


def serve(built: Built, *, digest: bool = True, types: bool = True, tags: Mapping[str, Built] | None = None) -> Callable[[Request], Answer]:
    """Answer as a registry that has ``built`` as ``latest``, with or without the headers that tell about it."""
    shelf = {**{blob.digest: blob for blob in (*built.manifests, *built.blobs)}, "latest": built.top}
    shelf |= {tag: other.top for tag, other in (tags or {}).items()}

    def answer(request: Request) -> Answer:
        blob = shelf.get(request.path.rpartition("/")[2])
        if blob is None:
            return Answer(404)
        headers = [("Content-Type", blob.media_type if types else "application/json")]
        if digest:
            headers.append(("Docker-Content-Digest", blob.digest))
        return Answer(200, headers, blob.data)

    return answer


@contextmanager
def asking(answer: Callable[[Request], Answer]) -> Iterator[tuple[RegistryClient, Scripted]]:
    with Scripted(answer) as server:
        config = RegistryConfig(mirrors={"docker.io": server.url}, retries=0)
        with open_client(config, Clock()) as client:
            yield client, server


def failed(found: object, reason: Reason, *parts: str) -> None:
    assert isinstance(found, Failure), found
    assert found.reason is reason
    assert all(part in found.detail for part in parts), found.detail
