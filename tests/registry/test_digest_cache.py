"""The cache of digests on disk: short-lived, whole or not there, and never in the way."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from refactor.registry.answers import Resolved
from refactor.registry.cache import KEPT, LIFE, DigestCache, cache_directory
from tests.support.lookups import NOW, Clock

DIGEST = "sha256:" + "a" * 64
ENTRY = Resolved("docker.io/library/nginx:latest", DIGEST, "index", NOW, "docker.io", version="1.27.3", searched=True)


@pytest.fixture
def cache(tmp_path: Path, clock: Clock) -> DigestCache:
    return DigestCache(tmp_path / "cache", now=clock.now)


def only_file(tmp_path: Path) -> Path:
    (file,) = (tmp_path / "cache").iterdir()
    return file


@pytest.mark.parametrize(
    "entry",
    [
        ENTRY,
        Resolved("ghcr.io/x/y:main", DIGEST, "manifest", NOW, "127.0.0.1:5000", platform="linux/arm/v7", searched=True, no_version="none"),
    ],
)
def test_what_was_put_comes_back(cache: DigestCache, entry: Resolved) -> None:
    cache.put("key", entry)
    assert cache.get("key") == entry
    assert cache.get("other key") is None


def test_an_entry_lives_for_its_life_and_no_longer(cache: DigestCache, clock: Clock) -> None:
    cache.put("key", ENTRY)
    clock.at += LIFE.total_seconds()
    assert cache.get("key") == ENTRY
    clock.at += 1
    assert cache.get("key") is None
    assert cache.get("key", life=KEPT) == ENTRY


def test_an_entry_from_the_future_is_not_believed(cache: DigestCache, clock: Clock) -> None:
    cache.put("key", ENTRY)
    clock.at -= 60
    assert cache.get("key") is None


def test_the_later_entry_replaces_the_earlier(cache: DigestCache, tmp_path: Path) -> None:
    for digit in "bc":
        cache.put("key", Resolved("x/y:1", f"sha256:{digit * 64}", "index", NOW, "x"))
    found = cache.get("key")
    assert found is not None
    assert found.digest == f"sha256:{'c' * 64}"
    only_file(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"null",
        b"[" * 100_000,
        json.dumps({"digest": DIGEST}).encode(),
    ],
)
def test_a_damaged_entry_is_not_there(cache: DigestCache, tmp_path: Path, damage: bytes) -> None:
    cache.put("key", ENTRY)
    only_file(tmp_path).write_bytes(damage)
    assert cache.get("key") is None
    cache.put("key", ENTRY)
    assert cache.get("key") == ENTRY


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", "another"),
        ("digest", "sha256:abc"),
        ("digest", None),
        ("kind", "list"),
        ("when", "yesterday"),
        ("when", 1),
        ("host", None),
        ("reference", 1),
    ],
)
def test_an_entry_with_one_wrong_part_is_not_there(cache: DigestCache, tmp_path: Path, field: str, value: object) -> None:
    cache.put("key", ENTRY)
    file = only_file(tmp_path)
    file.write_text(json.dumps({**json.loads(file.read_text()), field: value}))
    assert cache.get("key") is None


def test_an_entry_that_cannot_be_read_is_not_there(cache: DigestCache, tmp_path: Path) -> None:
    cache.put("key", ENTRY)
    file = only_file(tmp_path)
    file.unlink()
    file.mkdir()
    assert cache.get("key") is None


def test_a_place_that_cannot_be_written_is_said_once_and_does_not_stop_anything(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    warnings: list[str] = []
    cache = DigestCache(tmp_path / "file" / "cache", now=clock.now, warn=warnings.append)
    for _ in range(3):
        cache.put("key", ENTRY)
        assert cache.get("key") is None
    assert len(warnings) == 1
    assert "cannot be written" in warnings[0]


def test_a_place_that_is_taken_away_is_said_once(cache: DigestCache, tmp_path: Path, clock: Clock) -> None:
    warnings: list[str] = []
    cache = DigestCache(tmp_path / "gone", now=clock.now, warn=warnings.append)
    cache.put("key", ENTRY)
    for file in (tmp_path / "gone").iterdir():
        file.unlink()
    (tmp_path / "gone").rmdir()
    for _ in range(3):
        cache.put("key", ENTRY)
    assert len(warnings) == 1


def test_old_entries_are_cleared_away(tmp_path: Path) -> None:
    DigestCache(tmp_path / "cache", now=lambda: NOW).put("old", ENTRY)
    old = only_file(tmp_path)
    later = Clock()
    written = old.stat().st_mtime
    later.at += (KEPT + timedelta(days=1)).total_seconds() + max(0.0, written - NOW.timestamp())
    DigestCache(tmp_path / "cache", now=later.now).put("new", ENTRY)
    assert not old.exists()
    only_file(tmp_path)


def test_no_temporary_file_stays_behind(cache: DigestCache, tmp_path: Path) -> None:
    for number in range(10):
        cache.put(f"key {number}", ENTRY)
    assert all(file.suffix == ".json" for file in (tmp_path / "cache").iterdir())
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from refactor.registry.answers import Resolved
from refactor.registry.cache import DigestCache
now = datetime.fromisoformat("2026-01-27T12:00:00+00:00")
cache = DigestCache(Path(sys.argv[1]), now=lambda: now)
for number in range(300):
    cache.put("key", Resolved("x/y:1", "sha256:" + sys.argv[2] * 64, "index", now, "x" * 20_000))
    found = cache.get("key")
    assert found is not None and found.digest[7:] in ("a" * 64, "b" * 64), found
"""


def test_two_processes_at_once_see_only_whole_entries(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "cache"), digit], cwd=root, stderr=subprocess.PIPE, text=True)
        for digit in "ab"
    ]
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert writer.returncode == 0, errors
    assert [file.suffix for file in (tmp_path / "cache").iterdir()] == [".json"]


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, "/home/ada/.cache/tfmod/images"),
        ({"XDG_CACHE_HOME": "/var/cache/ada"}, "/var/cache/ada/tfmod/images"),
        ({"XDG_CACHE_HOME": "relative"}, "/home/ada/.cache/tfmod/images"),
        ({"XDG_CACHE_HOME": ""}, "/home/ada/.cache/tfmod/images"),
    ],
)
def test_the_cache_is_where_caches_are(env: dict[str, str], expected: str) -> None:
    assert cache_directory(env, Path("/home/ada")) == Path(expected)
