"""Real registries for tests: Debian's docker-registry, started on a free port of loopback with its data in a temporary directory."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = "docker-registry"
_DEADLINE = 20.0


@dataclass(frozen=True, slots=True)
class RunningRegistry:
    """``netloc`` is ``127.0.0.1:port``; ``log`` is what the registry prints."""

    netloc: str
    log: Path

    @property
    def url(self) -> str:
        return f"http://{self.netloc}"


@contextmanager
def running_registry(directory: Path, *, auth: Mapping[str, object] | None = None) -> Iterator[RunningRegistry]:
    """Give a registry that answers. ``auth`` is the section of that name in its configuration (docs: "Configuring a registry")."""
    program = shutil.which(PROGRAM)
    if program is None:
        pytest.fail(f"{PROGRAM} is not installed; these tests need it: apt-get install docker-registry", pytrace=False)
    directory.mkdir(parents=True, exist_ok=True)
    netloc = f"127.0.0.1:{_free_port()}"
    config: dict[str, object] = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(directory / "data")}},
        "http": {"addr": netloc},
    }
    if auth is not None:
        config["auth"] = dict(auth)
    written = directory / "config.yml"
    written.write_text(json.dumps(config))  # JSON is YAML
    log = directory / "log"
    with log.open("wb") as out, subprocess.Popen([program, "serve", str(written)], stdout=out, stderr=out, cwd=directory) as process:
        try:
            _wait(process, netloc, log)
            yield RunningRegistry(netloc, log)
        finally:
            process.terminate()
            process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], netloc: str, log: Path) -> None:
    """Return when the registry takes connections; looking whether it has died is what passes the time between two tries."""
    host, _, port = netloc.partition(":")
    deadline = time.monotonic() + _DEADLINE
    while time.monotonic() < deadline:
        try:
            with socket.create_connection((host, int(port)), timeout=1):
                return
        except ConnectionRefusedError:
            pass
        try:
            code = process.wait(0.01)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"{PROGRAM} ended with {code}:\n{log.read_text()}", pytrace=False)
    pytest.fail(f"{PROGRAM} takes no connections after {_DEADLINE:g} s:\n{log.read_text()}", pytrace=False)


@pytest.fixture(scope="session")
def docker_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    """One registry without authentication for the whole session: use a repository of your own in it."""
    with running_registry(tmp_path_factory.mktemp("registry")) as registry:
        yield registry
