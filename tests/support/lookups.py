"""Transports and clients for tests: no proxy, no real waiting, a clock that moves only when told."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from refactor.registry.client import RegistryClient
from refactor.registry.config import RegistryConfig
from refactor.registry.credentials import Keychain
from refactor.registry.transport import Transport

NOW = datetime(2026, 1, 27, 12, 0, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Time that passes only by waiting. ``waits`` are the seconds of each wait."""

    at: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.at

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.at - 1000.0)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += seconds


def write_credentials(home: Path, users: Mapping[str, tuple[str, str]]) -> None:
    """Write Docker's configuration file with a user and a password for each host."""
    auths = {host: {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()} for host, (user, password) in users.items()}
    (home / ".docker").mkdir(parents=True, exist_ok=True)
    (home / ".docker" / "config.json").write_text(json.dumps({"auths": auths}))


@contextmanager
def open_client(config: RegistryConfig, clock: Clock, home: Path | None = None) -> Iterator[RegistryClient]:
    """Give a client without credentials, or with those in ``home``."""
    keychain = Keychain({}, home if home is not None else Path("/nonexistent"))
    with Transport(config, keychain, env={}, clock=clock.monotonic, now=clock.now, sleep=clock.sleep, jitter=lambda: 1.0) as transport:
        yield RegistryClient(transport)
