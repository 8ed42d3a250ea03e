"""What registries answered a short while ago, kept on disk between runs.

One small file for each entry, written to a temporary name and renamed: two processes can use the directory at once, a reader sees an entry
whole or not at all, and of two writers the later wins. What cannot be read, or is not for the key that was asked, counts as not there; a
directory that cannot be written makes the cache do nothing. Entries hold references and digests, never credentials.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from refactor.registry.answers import Resolved
from refactor.registry.manifests import is_sha256

LIFE = timedelta(minutes=10)
"""Enough for the runs that follow each other in one sitting (dry run, a look, ``--write``), and little for a tag to move in."""

KEPT = timedelta(days=30)
"""How long an entry is kept for runs without a network, and for what cannot change: which kind of thing a digest is."""


def cache_directory(env: Mapping[str, str], home: Path) -> Path:
    """Return where the cache is (XDG Base Directory Specification: a relative ``$XDG_CACHE_HOME`` "should be considered invalid")."""
    base = Path(env.get("XDG_CACHE_HOME") or "")
    return (base if base.is_absolute() else home / ".cache") / "tfmod" / "images"


class DigestCache:
    """Entries by key; a key is any text that says what was asked of whom. ``warn`` is called once if the directory cannot be used."""

    def __init__(self, directory: Path, *, now: Callable[[], datetime], warn: Callable[[str], None] | None = None) -> None:
        self._directory = directory
        self._now = now
        self._warn = warn
        self._usable: bool | None = None

    def get(self, key: str, *, life: timedelta = LIFE) -> Resolved | None:
        """Return the entry if it is there, whole, and not older than ``life``."""
        try:
            content = json.loads(self._path(key).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        entry = _read(content, key) if isinstance(content, dict) else None
        if entry is None or not timedelta(0) <= self._now() - entry.when <= life:
            return None
        return entry

    def put(self, key: str, entry: Resolved) -> None:
        if self._usable is None:
            self._usable = self._prepare()
        if not self._usable:
            return
        fields: dict[str, object] = {
            "key": key,
            "reference": entry.reference,
            "digest": entry.digest,
            "kind": entry.kind,
            "when": entry.when.isoformat(),
            "host": entry.host,
            "platform": entry.platform,
            "version": entry.version,
            "searched": entry.searched,
            "no_version": entry.no_version,
        }
        try:
            self._write(self._path(key), json.dumps(fields).encode())
        except OSError as error:
            self._give_up(error)

    def _path(self, key: str) -> Path:
        return self._directory / f"{hashlib.sha256(key.encode()).hexdigest()}.json"

    def _write(self, path: Path, data: bytes) -> None:
        handle, name = tempfile.mkstemp(prefix=".new-", dir=self._directory)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def _prepare(self) -> bool:
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            oldest = (self._now() - KEPT).timestamp()
            for path in self._directory.iterdir():
                if path.stat().st_mtime < oldest:
                    path.unlink(missing_ok=True)
        except FileNotFoundError:
            pass  # another process cleared it away first
        except OSError as error:
            self._give_up(error)
            return False
        return True

    def _give_up(self, error: OSError) -> None:
        self._usable = False
        if self._warn is not None:
            self._warn(f"digests are not cached: {self._directory} cannot be written ({error.strerror})")


def _read(content: Mapping[str, object], key: str) -> Resolved | None:
    """Return the entry that ``content`` is, or None if any part of it is not as :meth:`DigestCache.put` writes it."""
    reference, digest, host, when = (_text(content, name) for name in ("reference", "digest", "host", "when"))
    kind: Literal["index", "manifest"]
    match content.get("kind"):
        case "index":
            kind = "index"
        case "manifest":
            kind = "manifest"
        case _:
            return None
    if content.get("key") != key or reference is None or digest is None or not is_sha256(digest) or host is None or when is None:
        return None
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        return None
    return Resolved(
        reference,
        digest,
        kind,
        moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC),
        host,
        platform=_text(content, "platform"),
        version=_text(content, "version"),
        searched=content.get("searched") is True,
        no_version=_text(content, "no_version") or "",
    )


def _text(content: Mapping[str, object], name: str) -> str | None:
    value = content.get(name)
    return value if isinstance(value, str) else None
