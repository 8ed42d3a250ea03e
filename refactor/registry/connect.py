"""Put the parts together for a run. What talks to a network is imported only by a run that does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from refactor.registry.cache import DigestCache, cache_directory
from refactor.registry.config import RegistryConfig
from refactor.registry.lockfile import Lockfile
from refactor.registry.lookup import ImageLookup


def _utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def open_images(
    config: RegistryConfig,
    *,
    env: Mapping[str, str],
    home: Path,
    lock: Lockfile | None = None,
    offline: bool = False,
    refresh: bool = False,
    cached: bool = True,
    warn: Callable[[str], None] | None = None,
    now: Callable[[], datetime] = _utc_now,
) -> Iterator[ImageLookup]:
    """Give the look-ups of one run, and close its connections after it.

    ``env`` and ``home`` say where credentials, proxies and the cache are (``os.environ``, ``Path.home()``). ``offline`` uses lock file and
    cache alone; ``refresh`` asks anew; ``cached`` is False for a run that leaves no trace on disk.
    """
    cache = DigestCache(cache_directory(env, home), now=now, warn=warn) if cached else None
    if offline:
        yield ImageLookup(None, config, now=now, cache=cache, lock=lock, warn=warn)
        return
    from refactor.registry.client import RegistryClient
    from refactor.registry.credentials import Keychain
    from refactor.registry.transport import Transport

    with Transport(config, Keychain(env, home, warn=warn), env=env, now=now) as transport:
        yield ImageLookup(RegistryClient(transport), config, now=now, cache=cache, lock=lock, refresh=refresh, warn=warn)
