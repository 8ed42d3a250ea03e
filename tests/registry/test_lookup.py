"""The look-up service: what is found, and how often it is asked for."""

from __future__ import annotations

import pytest

from refactor.reasons import Reason
from refactor.registry.demo import build
from refactor.registry.reference import Reference
from refactor.services import DigestKind, Pin, Unresolved
from tests.support.desk import (
    NGINX_DIGEST,
    SAME,
    Desk,
    digest,
    one,
    refs,
)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("nginx", "1.27.3"),
        ("nginx:latest", "1.27.3"),
        ("nginx:1.27", "1.27.3"),
        ("nginx:1.27.3", "1.27.3"),
        ("nginx:stable-alpine", "1.26.2-alpine"),
        ("nginx:1.27.3-alpine", "1.27.3-alpine"),
        ("nginx:odd", None),
        ("ghcr.io/team/app:main", None),
        ("ghcr.io/team/app", None),
    ],
)
def test_a_digest_and_the_exact_tag_that_has_it(desk: Desk, text: str, version: str | None) -> None:
    reference = Reference.parse(text)
    with desk.images() as images:
        found = one(images, text)
    assert isinstance(found, Pin)
    assert found.digest == digest(f"{reference.registry}/{reference.repository}", reference.wanted)
    assert found.version == version
    assert bool(found.no_version) == (version is None)
    assert found.kind == ("manifest" if reference.tag == "main" else "index")
    assert found.source == "registry"


def test_every_reference_is_answered_and_each_is_asked_once(desk: Desk) -> None:
    references = refs("nginx", "nginx:latest", "docker.io/nginx", f"nginx:latest@sha256:{'0' * 64}", "nginx:nope", "ghcr.io/team/app")
    with desk.images() as images:
        found = images.pin(references, version=False)
        assert list(found) == references
        assert images.pin(references, version=False) == found
    assert desk.asked("HEAD") == len(desk.demo.requests) == 3
    assert len({found[reference] for reference in references[:4]}) == 1, "the digest is the tag's, not the one that is written"
    missing = found[references[4]]
    assert isinstance(missing, Unresolved)
    assert missing.reason is Reason.NOT_FOUND


def test_versions_are_looked_for_in_one_list_and_only_where_they_are_wanted(desk: Desk) -> None:
    with desk.images() as images:
        images.pin(refs("nginx:1.27.3", "nginx:1.27.2"))
        assert desk.asked("tags/list") == 0
        images.pin(refs("nginx", "nginx:1.27", "nginx:odd", "nginx:stable-alpine"))
        assert desk.asked("tags/list") == 1
        assert desk.asked("HEAD /v2/docker.io/library/nginx/manifests/1.27.3 ") == 0
        assert sum(request.endswith("/1.27.3") for request in desk.demo.requests) == 1


def test_a_version_can_be_asked_for_later(desk: Desk) -> None:
    with desk.images() as images:
        first = one(images, "nginx", version=False)
        assert isinstance(first, Pin)
        assert (first.version, first.no_version) == (None, "not looked for")
        second = one(images, "nginx")
        assert isinstance(second, Pin)
        assert second.version == "1.27.3"
    assert sum(request.endswith("manifests/latest") for request in desk.demo.requests) == 1


def test_a_reference_by_digest_alone_is_looked_up_by_it(desk: Desk) -> None:
    with desk.images() as images:
        found = one(images, f"nginx@{NGINX_DIGEST}")
    assert found == Pin(NGINX_DIGEST, "index", "1.27.3", "", "registry")


def test_a_platform_gives_its_manifest_and_the_same_version(desk: Desk) -> None:
    with desk.images() as images:
        found = one(images, "nginx", platform="linux/arm64/v8")
        assert found == Pin(build(SAME).child("linux/arm64"), "manifest", "1.27.3", "", "registry")
        none = one(images, "nginx", platform="linux/riscv64")
        assert isinstance(none, Unresolved)
        assert none.reason is Reason.NO_PLATFORM
        assert isinstance(one(images, "nginx"), Pin)
        with pytest.raises(ValueError, match="is not a platform"):
            one(images, "nginx", platform="arm64")


def test_nothing_asked_is_nothing_answered(desk: Desk) -> None:
    calls: list[tuple[int, int]] = []
    with desk.images() as images:
        assert images.pin([], progress=lambda *call: calls.append(call)) == {}
        assert images.kinds([]) == {}
    assert calls == []


def test_progress_goes_from_nothing_to_all(desk: Desk) -> None:
    calls: list[tuple[int, int]] = []
    with desk.images() as images:
        images.pin(refs("nginx", "nginx:nope", "nginx:1.27.3", "ghcr.io/team/app:main"), progress=lambda *call: calls.append(call))
    assert calls == [(number, 8) for number in range(9)]


def test_kinds_tell_an_index_from_one_platforms_manifest(desk: Desk) -> None:
    child = build(SAME).child("linux/arm64")
    by_index, by_child = refs(f"nginx:1.27@{NGINX_DIGEST}", f"nginx@{child}")
    (missing,) = refs(f"nginx@sha256:{'0' * 64}")
    with desk.images() as images:
        found = images.kinds([by_index, by_child, missing])
        assert found[by_index] == DigestKind("index", None)
        assert found[by_child] == DigestKind("manifest", "linux/arm64")
        gone = found[missing]
        assert isinstance(gone, Unresolved)
        assert gone.reason is Reason.NOT_FOUND
        with pytest.raises(ValueError, match="has no digest"):
            images.kinds(refs("nginx"))
    count = len(desk.demo.requests)
    with desk.images(refresh=True) as images:
        assert images.kinds([by_child])[by_child] == found[by_child]
    assert len(desk.demo.requests) == count, "what a digest is does not change, so it is not asked again"
    assert desk.offline().kinds([by_child, missing])[missing] == Unresolved(Reason.OFFLINE, Reason.OFFLINE.text)
