"""Single requests through a transport to a scripted server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

from refactor.registry.answers import Failure
from refactor.registry.config import Endpoint, RegistryConfig
from refactor.registry.transport import Transport
from refactor.registry.wire import Response
from tests.support.lookups import Clock, open_client
from tests.support.scripted import Answer, Scripted

REPOSITORY = "team/app"
PATH = "/v2/team/app/manifests/latest"


def fetch(server: Scripted, clock: Clock, *, method: str = "GET", home: Path | None = None, **settings: float) -> Response | Failure:
    with open_client(config(**settings), clock, home) as client:
        return get(client.transport, server, method)


def config(*, timeout: float = 5.0, retries: float = 3, max_wait: float = 60.0) -> RegistryConfig:
    return RegistryConfig(timeout=timeout, retries=int(retries), max_wait=max_wait)


def get(transport: Transport, server: Scripted, method: str = "GET", path: str = PATH) -> Response | Failure:
    return transport.fetch(method, Endpoint(server.netloc, "http", server.netloc), path, repository=REPOSITORY)


def answers(*given: Answer) -> Iterator[Answer]:
    yield from given
    while True:
        yield given[-1]


def dead_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"
