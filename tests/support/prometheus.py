"""Real Prometheus servers for tests: Debian's prometheus, on a free port of loopback, with series that were back-filled by promtool."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

_DEADLINE = 20.0


@dataclass(frozen=True, slots=True)
class Series:
    """One series: ``samples`` are pairs of Unix time and value, in order."""

    name: str
    labels: Mapping[str, str]
    samples: Iterable[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class RunningPrometheus:
    """``url`` is the base URL; ``log`` is what the server prints."""

    url: str
    log: Path


def program(name: str, *, package: str = "prometheus") -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is not installed; these tests need it: apt-get install {package}", pytrace=False)
    return found


def backfill(directory: Path, series: Iterable[Series]) -> Path:
    """Write series into a new database below ``directory``, and return where it is. Prometheus, "Storage", "Backfilling"."""
    families: dict[str, list[Series]] = {}
    for each in series:
        families.setdefault(each.name, []).append(each)
    lines: list[str] = []
    for name, members in sorted(families.items()):
        kind = "counter" if name.endswith("_total") else "gauge"
        lines.append(f"# TYPE {name.removesuffix('_total') if kind == 'counter' else name} {kind}")
        for each in members:
            labels = ",".join(f"{label}={json.dumps(value)}" for label, value in each.labels.items())
            lines += [f"{name}{{{labels}}} {value!r} {at}" for at, value in each.samples]
    written, data = directory / "series.om", directory / "data"
    directory.mkdir(parents=True, exist_ok=True)
    written.write_text("\n".join([*lines, "# EOF", ""]))
    # One large block: blocks of the usual two hours take a minute to write for two weeks.
    command = [program("promtool"), "tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=2048h"]
    done = subprocess.run([*command, str(written), str(data)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.fail(f"promtool ended with {done.returncode}:\n{done.stdout}{done.stderr}", pytrace=False)
    return data


@contextmanager
def running_prometheus(
    directory: Path, data: Path, *options: str, web: Mapping[str, object] | None = None, client: requests.Session | None = None
) -> Iterator[RunningPrometheus]:
    """Give a server that is ready. ``web`` is its ``--web.config.file`` (TLS, users), through which ``client`` gets."""
    directory.mkdir(parents=True, exist_ok=True)
    netloc = f"127.0.0.1:{_free_port()}"
    config, web_config, log = directory / "prometheus.yml", directory / "web.yml", directory / "log"
    config.write_text("global: {}\n")
    web_config.write_text(json.dumps(web or {}))  # JSON is YAML
    command = [program("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=100y"]
    command += [f"--web.listen-address={netloc}", f"--web.config.file={web_config}", "--log.level=warn", *options]
    url = f"{'https' if web and 'tls_server_config' in web else 'http'}://{netloc}"
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, cwd=directory) as process:
        try:
            with client or requests.Session() as session:
                session.trust_env = False
                _wait(process, session, url, log)
            yield RunningPrometheus(url, log)
        finally:
            process.terminate()
            process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], session: requests.Session, url: str, log: Path) -> None:
    """Return when the server says that it is ready; looking whether it has died is what passes the time between two tries."""
    deadline = time.monotonic() + _DEADLINE
    while time.monotonic() < deadline:
        try:
            if session.get(f"{url}/-/ready", timeout=1).status_code == 200:
                return
        except (requests.exceptions.ConnectionError, requests.exceptions.Timeout):
            pass
        try:
            code = process.wait(0.01)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"prometheus ended with {code}:\n{log.read_text()}", pytrace=False)
    pytest.fail(f"prometheus is not ready after {_DEADLINE:g} s:\n{log.read_text()}", pytrace=False)
