"""The lock file: the same bytes for the same content, small differences for small changes, and no half-understood file."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.registry.answers import Resolved
from refactor.registry.lockfile import Lockfile, LockfileError, parse

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64
WHEN = datetime(2026, 1, 27, 12, 0, 0, tzinfo=UTC)
NGINX = Resolved("docker.io/library/nginx:latest", A, "index", WHEN, "docker.io", version="1.27.3", searched=True)
APP = Resolved("ghcr.io/team/app:main", B, "manifest", WHEN, "127.0.0.1:5000", platform="linux/arm64", searched=True)

TEXT = f"""\
# Written by tfmod: what each image stood for when it was pinned. `--refresh` renews it.
version = 1

[[image]]
reference = "docker.io/library/nginx:latest"
digest = "{A}"
kind = "index"
version = "1.27.3"
resolved = 2026-01-27T12:00:00Z
from = "docker.io"

[[image]]
reference = "ghcr.io/team/app:main"
platform = "linux/arm64"
digest = "{B}"
kind = "manifest"
resolved = 2026-01-27T12:00:00Z
from = "127.0.0.1:5000"
"""


def test_the_text_is_what_people_review() -> None:
    assert Lockfile().merged([APP, NGINX]).render().decode() == TEXT


def test_what_was_written_is_read_back() -> None:
    lock = parse(TEXT.encode())
    assert lock.get("docker.io/library/nginx:latest", None) == NGINX
    assert lock.get("ghcr.io/team/app:main", "linux/arm64") == APP
    assert lock.get("ghcr.io/team/app:main", None) is None
    assert lock.get("docker.io/library/nginx:1", None) is None
    assert lock.render().decode() == TEXT


def test_no_file_is_an_empty_lock_file() -> None:
    assert parse(b"") == Lockfile()
    assert parse(Lockfile().render()) == Lockfile()


def test_order_of_arrival_does_not_matter() -> None:
    assert Lockfile().merged([APP, NGINX]).render() == Lockfile().merged([NGINX]).merged([APP]).render()


def test_what_says_nothing_new_changes_nothing() -> None:
    lock = parse(TEXT.encode())
    later = replace(NGINX, when=WHEN + timedelta(days=3), host="mirror.example")
    assert lock.merged([later]).render().decode() == TEXT


@pytest.mark.parametrize(
    "change", [replace(NGINX, digest=B), replace(NGINX, version="1.27.4"), replace(NGINX, version=None), replace(NGINX, kind="manifest")]
)
def test_what_is_new_changes_its_own_lines_only(change: Resolved) -> None:
    lock = parse(TEXT.encode())
    later = replace(change, when=WHEN + timedelta(days=3, microseconds=7))
    before, after = TEXT.splitlines(), lock.merged([later]).render().decode().splitlines()
    assert "resolved = 2026-01-30T12:00:00Z" in after
    assert after[-7:] == before[-7:]
    assert len(set(before) - set(after)) <= 2


def test_times_are_written_in_utc() -> None:
    there = replace(NGINX, when=WHEN.astimezone(timezone(timedelta(hours=5))))
    assert b"resolved = 2026-01-27T12:00:00Z" in Lockfile().merged([there]).render()


def test_what_nobody_asks_for_can_be_left_out() -> None:
    lock = parse(TEXT.encode()).only([("ghcr.io/team/app:main", "linux/arm64"), ("x/y:1", "")])
    assert list(lock.entries.values()) == [APP]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("version = 1\n", "version = 2\n", "its format is 2"),
        ("version = 1\n", "", "its format is None"),
        ("version = 1\n", "version = '1'\n", "its format is '1'"),
        ("version = 1\n", "version = 1\nextra = 1\n", "something other than"),
        ('[[image]]\nreference = "docker', '[image]\nreference = "docker', "does not parse"),
        ('kind = "index"', "kind = index", "does not parse"),
        ('kind = "index"', "<<<<<<< HEAD\nkind", "unresolved merge conflict"),
        ('kind = "index"', 'kind = "list"', "kind is neither"),
        ('kind = "index"\n', "", "kind is neither"),
        (f'digest = "{A}"', 'digest = "sha256:abc"', "entry 1 (docker.io/library/nginx:latest): the digest"),
        (f'digest = "{A}"', "digest = 1", "the digest"),
        (f'digest = "{A}"\n', "", "the digest"),
        (
            'resolved = 2026-01-27T12:00:00Z\nfrom = "docker.io"',
            'resolved = 2026-01-27T12:00:00\nfrom = "docker.io"',
            "a time with its zone",
        ),
        ('resolved = 2026-01-27T12:00:00Z\nfrom = "docker.io"', 'resolved = "now"\nfrom = "docker.io"', "a time with its zone"),
        ('from = "docker.io"', "from = 1", "'from' is not a string"),
        ('version = "1.27.3"', "version = 1.27", "'version' is not a string"),
        ('version = "1.27.3"', 'verison = "1.27.3"', "unknown keys: verison"),
        ('reference = "docker.io/library/nginx:latest"\n', "", "entry 1 has no reference"),
        ('"docker.io/library/nginx:latest"', '"docker.io/library/Nginx:latest"', "must be lower case"),
        ('"docker.io/library/nginx:latest"', '"nginx"', "must be written as 'docker.io/library/nginx:latest'"),
        ('platform = "linux/arm64"', 'platform = "arm64"', "is not a platform"),
        ('"docker.io/library/nginx:latest"', '"ghcr.io/team/app:main"\nplatform = "linux/arm64"', "is there twice"),
    ],
)
def test_a_file_with_something_wrong_is_refused_with_its_place(old: str, new: str, problem: str) -> None:
    assert old in TEXT
    with pytest.raises(LockfileError) as caught:
        parse(TEXT.replace(old, new, 1).encode())
    assert str(caught.value).startswith("tfmod.lock: ")
    assert problem in str(caught.value)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"image = 1\nversion = 1\n", b"version = 1\nimage = [1]\n", b"\x00"])
def test_a_file_that_is_no_lock_file_is_refused(data: bytes) -> None:
    with pytest.raises(LockfileError):
        parse(data)


NAME = st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True)
ENTRY = st.builds(
    Resolved,
    st.builds("{}.example/{}:{}".format, NAME, NAME, st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,9}", fullmatch=True)),
    st.sampled_from([A, B]),
    st.sampled_from(["index", "manifest"]),
    st.integers(946_684_800, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), max_size=9),
    st.none() | st.sampled_from(["linux/amd64", "linux/arm/v7"]),
    st.none() | st.from_regex(r"[0-9]\.[0-9]\.[0-9]", fullmatch=True),
    st.just(True),
)


@given(st.lists(ENTRY, max_size=5))
def test_every_lock_file_reads_back_as_it_was(entries: list[Resolved]) -> None:
    lock = Lockfile().merged(entries)
    rendered = lock.render()
    assert parse(rendered).entries == lock.entries
    assert parse(rendered).render() == rendered
    tomllib.loads(rendered.decode())
