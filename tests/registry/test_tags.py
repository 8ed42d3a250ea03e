"""Tags: who moves them, and which exact tags a floating one may stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.registry.tags import TagKind, candidates, classify, parse

FLOATING = """
latest stable nightly main master edge develop release canary beta lts rolling bookworm jammy alpine gpu apache prod unstable
stable-alpine stable-tensorrt latest-pg16 16-master 3.13-rc 2-beta main-alpine unstable-latest
3.1.0-nightly 1.2.3-latest 1.2.3-SNAPSHOT 4.1.0-canary 2.0.0-edge deadbeef
"""
PARTIAL = """
2 16-alpine 3.11-slim v1.2 v1 36 1.37 16.4 16.4-bullseye 24.04 3.12-bookworm php8.2-fpm pg16 pg16-v0.3.0 immich_v3 MatriX.141
15-vectorchord0.3.0-pgvectors0.2.0 16-pgvector0.8.0 1-1.2.3 2024 2024.01 1234567 16-dev
"""
EXACT = """
1.2.3 v1.2.3 v1.2.3-rc.1 1.2.3-beta 1.2.3rc1 3.13.0a1 1.2.3.4 v1.0.35.0 2024.01.15 2024.1.2 2026.8.0-patch3 1.0.20260223
20240115 2024-01-15 20240115.1 202401151230 v20-20260127 16-20240115 RELEASE.2024-01-01T00-00-00Z nightly-20240101 latest-20240101
bookworm-20240110-slim abc1234 sha-abc1234 main-abc1234 v0.1.0-123-gabc1234 main-abc1234-1700000000
0123456789abcdef0123456789abcdef01234567 2026.05.14.1326-nightly 4.1.0-canary.3 0.17.0-beta1-tensorrt v4.5.0-beta1
3.5.21-0 2.4.1-voltage-fix 1.6.13-apache 12.8.1-cudnn-devel-ubuntu24.04 v1.48.0-noble 5.1.4-r2-ls370 php8.2.14-fpm server-1.2.3
release-1.2.3 version-v1.2.3 develop-1.2.3 1.2.3-stable 4.1.0.RELEASE 3.12.1-dev
"""


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        (tag, kind)
        for kind, tags in ((TagKind.FLOATING, FLOATING), (TagKind.PARTIAL, PARTIAL), (TagKind.EXACT, EXACT))
        for tag in tags.split()
    ],
)
def test_who_decides_what_a_tag_stands_for(tag: str, kind: TagKind) -> None:
    assert classify(tag) is kind


def test_no_tag_is_a_kind_of_its_own() -> None:
    assert classify(None) is TagKind.NONE


@given(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", fullmatch=True))
def test_every_tag_has_a_kind(tag: str) -> None:
    assert classify(tag) in (TagKind.FLOATING, TagKind.PARTIAL, TagKind.EXACT)
    assert parse(tag).text == tag


NGINX = """
latest 1 1.27 1.27.3 1.27.2 1.26 1.26.2 1.9.15 1.10.3 1.28.0-rc1 stable stable-alpine mainline alpine
1-alpine 1.27-alpine 1.27.3-alpine 1.26.2-alpine 1.27.3-alpine3.20 1.27.3-alpine-slim 1.27.3-perl
""".split()


@pytest.mark.parametrize(
    ("floating", "expected"),
    [
        (None, ["1.27.3", "1.27.2", "1.26.2", "1.10.3", "1.9.15"]),
        ("latest", ["1.27.3", "1.27.2", "1.26.2", "1.10.3", "1.9.15"]),
        ("stable", ["1.27.3", "1.27.2", "1.26.2", "1.10.3", "1.9.15"]),
        ("1.27", ["1.27.3", "1.27.2"]),
        ("1.26", ["1.26.2"]),
        ("stable-alpine", ["1.27.3-alpine", "1.26.2-alpine"]),
        ("alpine", ["1.27.3-alpine", "1.26.2-alpine"]),
        ("1.27-alpine", ["1.27.3-alpine"]),
        ("1.25", []),
        ("1-master", []),
        ("nightly", []),
        ("perl", ["1.27.3-perl"]),
        ("otel", []),
        ("rc", ["1.28.0-rc1", "1.27.3", "1.27.2", "1.26.2", "1.10.3", "1.9.15"]),
    ],
)
def test_candidates_are_full_versions_of_the_same_variant_newest_first(floating: str | None, expected: list[str]) -> None:
    assert candidates(floating, NGINX) == expected


@pytest.mark.parametrize("hint", ["1.26.2", "v1.26.2", "1.26.2-alpine"])
def test_the_hint_decides_what_is_tried_first_and_not_what_is_tried(hint: str) -> None:
    assert candidates("stable-alpine", NGINX, hint) == ["1.26.2-alpine", "1.27.3-alpine"]
    assert candidates("stable", NGINX, hint)[0] == "1.26.2"


@pytest.mark.parametrize("hint", ["22.04", "", "nonsense", "1.27.99", "../../etc", "latest"])
def test_a_hint_that_names_no_tag_changes_nothing(hint: str) -> None:
    assert candidates("latest", NGINX, hint) == candidates("latest", NGINX)


def test_two_numbers_are_a_full_version_where_nothing_goes_on_after_them() -> None:
    postgres = "latest 17 17.2 16 16.6 16.6-alpine 17.2-alpine 17.2-alpine3.20 17beta1 bullseye".split()
    assert candidates("latest", postgres) == ["17.2", "16.6"]
    assert candidates("16-alpine", postgres) == ["16.6-alpine"]
    assert candidates("16.6-alpine", postgres) == ["16.6-alpine"], "nothing more exact than what is written"
    assert candidates("1.37", ["1.37", "1.37.0", "1.36"]) == ["1.37.0"]
    assert candidates("latest", ["1.37", "1.37-20240101"]) == ["1.37-20240101"]


def test_two_numbers_are_not_a_full_version_in_a_list_that_was_cut_off() -> None:
    assert candidates("latest", ["17", "17.2"], complete=False) == []


def test_one_number_never_is_a_full_version() -> None:
    assert candidates("latest", ["36", "35", "latest"]) == []


def test_a_list_that_was_cut_off_is_completed_by_the_hint() -> None:
    assert candidates("latest", [], "1.2.3", complete=False) == ["1.2.3", "v1.2.3"]
    assert candidates("stable-alpine", ["1.2.2-alpine"], "v1.2.3", complete=False) == ["1.2.3-alpine", "v1.2.3-alpine", "1.2.2-alpine"]
    assert candidates("latest", [], "1.2", complete=False) == []
    assert candidates("latest", [], "not a tag!", complete=False) == []


def test_a_branch_has_only_tags_that_name_it() -> None:
    tags = "main main-abc1234 main-abc1234-1700000000 main-def5678-1710000000 20240203 1.2.3 nightly-20240101".split()
    assert candidates("main", tags) == ["main-def5678-1710000000", "main-abc1234-1700000000"]
    assert candidates("nightly", [*tags, "2026.05.14.1326-nightly"]) == ["2026.05.14.1326-nightly", "nightly-20240101"]


def test_dates_are_exact_where_a_project_counts_in_them() -> None:
    minio = ["latest", "RELEASE.2024-01-01T00-00-00Z", "RELEASE.2024-02-01T10-00-00Z", "RELEASE.2024-02-01T10-00-00Z.fips"]
    assert candidates("latest", minio) == ["RELEASE.2024-02-01T10-00-00Z", "RELEASE.2024-01-01T00-00-00Z"]
    debian = ["bookworm", "bookworm-slim", "bookworm-20240110", "bookworm-20240211-slim", "12.5"]
    assert candidates("bookworm-slim", debian) == ["bookworm-20240211-slim"]


def test_numbers_are_compared_as_numbers_and_the_more_precise_goes_first() -> None:
    assert candidates("latest", ["1.9.0", "1.10.0", "1.10.0-1", "1.10.0.2"]) == ["1.10.0.2", "1.10.0-1", "1.10.0", "1.9.0"]
    assert candidates("rc", ["2.0.0-rc9", "2.0.0-rc10"]) == ["2.0.0-rc10", "2.0.0-rc9"]


def test_signatures_commits_and_platform_tags_are_no_candidates() -> None:
    tags = ["latest", "abc1234", "sha256-" + "0a" * 32 + ".sig", "1.2.3-amd64", "1.2.3", "v1.2.3-4-gabc1234"]
    assert candidates("latest", tags) == ["1.2.3"]


@given(
    st.lists(st.from_regex(r"v?[0-9]{1,2}(\.[0-9]{1,2}){0,3}(-(alpine|rc[0-9]|slim|beta))?", fullmatch=True), max_size=20), st.booleans()
)
def test_candidates_of_latest_are_releases_without_variant(tags: list[str], complete: bool) -> None:
    found = candidates("latest", tags, complete=complete)
    assert set(found) <= set(tags)
    assert len(found) == len(set(found))
    for tag in found:
        assert "-" not in tag
        assert tag.count(".") >= (1 if complete else 2)
