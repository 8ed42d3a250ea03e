"""Inside an index: the manifest of a platform, and the version that an image names."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from refactor.reasons import Reason
from refactor.registry.answers import Manifest, Platform
from refactor.registry.demo import Built, DemoImage, build
from refactor.registry.manifests import OCI_INDEX, OCI_MANIFEST, VERSION_KEY
from tests.support.clients import HTML, IMAGE, LATEST, SINGLE, asking, failed, serve
from tests.support.oci import digest_of
from tests.support.scripted import Answer

MANY = build(DemoImage("many", platforms=("linux/amd64", "linux/arm/v6", "linux/arm/v7", "linux/arm64/v8", "windows/amd64")))


@pytest.mark.parametrize(
    ("platform", "child"),
    [
        ("linux/amd64", "linux/amd64"),
        ("linux/x86_64", "linux/amd64"),
        ("linux/arm64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/arm/v6", "linux/arm/v6"),
        ("windows/amd64", "windows/amd64"),
    ],
)
def test_a_platforms_manifest_is_found_in_the_index(platform: str, child: str) -> None:
    with asking(serve(MANY)) as (client, server):
        found = client.child(LATEST, Platform.parse(platform))
        assert found == Manifest(MANY.child(child), "manifest", server.netloc)
        assert server.lines == ["GET /v2/team/app/manifests/latest"]


@pytest.mark.parametrize("platform", ["linux/riscv64", "linux/arm/v5", "linux/arm64/v9", "freebsd/amd64", "linux/amd64/v3"])
def test_a_platform_that_is_not_there_is_not_replaced_by_another(platform: str) -> None:
    with asking(serve(MANY)) as (client, _):
        failed(client.child(LATEST, Platform.parse(platform)), Reason.NO_PLATFORM, platform, "linux/arm/v6", "windows/amd64")


@pytest.mark.parametrize("platform", ["linux/arm64", "linux/arm64/v8"])
def test_a_single_image_is_taken_if_it_is_for_the_platform(platform: str) -> None:
    with asking(serve(SINGLE)) as (client, server):
        assert client.child(LATEST, Platform.parse(platform)) == Manifest(SINGLE.top.digest, "manifest", server.netloc)


def test_a_single_image_is_not_taken_for_another_platform() -> None:
    with asking(serve(SINGLE)) as (client, _):
        failed(client.child(LATEST, Platform.parse("linux/amd64")), Reason.NO_PLATFORM, "linux/arm64 only")


def manifest(config: Mapping[str, object]) -> bytes:
    return json.dumps({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": []}).encode()


def test_what_is_no_image_is_for_no_platform() -> None:
    chart = manifest({"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": digest_of(b"{}"), "size": 2})
    with asking(lambda _: Answer(200, (("Content-Type", OCI_MANIFEST),), chart)) as (client, server):
        failed(client.child(LATEST, Platform.parse("linux/amd64")), Reason.NO_PLATFORM, "no platform that it names")
        assert len(server.seen) == 1, "the configuration is not an image's, so it is not fetched"


@pytest.mark.parametrize(
    ("blob", "reason"),
    [
        (Answer(200, body=b'{"os": "linux", "architecture": "arm64"}'), Reason.BAD_ANSWER),
        (Answer(404), Reason.NOT_FOUND),
        (Answer(200, HTML, b"<html>"), Reason.BAD_ANSWER),
    ],
)
def test_a_configuration_must_be_what_the_manifest_says(blob: Answer, reason: Reason) -> None:
    served = serve(SINGLE)
    with asking(lambda request: blob if "/blobs/" in request.path else served(request)) as (client, _):
        failed(client.child(LATEST, Platform.parse("linux/arm64")), reason)


def index(*manifests: object, **more: object) -> bytes:
    return json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": list(manifests), **more}).encode()


def entry(number: int, platform: Mapping[str, str] | None, **more: object) -> dict[str, object]:
    where = {"platform": dict(platform)} if platform is not None else {}
    return {"mediaType": OCI_MANIFEST, "digest": f"sha256:{number:064x}", "size": 1, **where, **more}


def test_attestations_and_broken_entries_are_no_platforms() -> None:
    amd64 = {"os": "linux", "architecture": "amd64"}
    body = index(
        entry(1, {"os": "unknown", "architecture": "unknown"}),
        entry(2, None),
        "nonsense",
        {"digest": "sha256:../../x", "platform": amd64},
        {"platform": amd64},
        entry(3, amd64),
        entry(4, amd64),
    )
    with asking(lambda _: Answer(200, (("Content-Type", OCI_INDEX),), body)) as (client, server):
        assert client.child(LATEST, Platform.parse("linux/amd64")) == Manifest(f"sha256:{3:064x}", "manifest", server.netloc)
        failed(client.child(LATEST, Platform.parse("linux/arm64")), Reason.NO_PLATFORM, "it has linux/amd64")


def test_the_version_is_read_from_the_label_of_one_image() -> None:
    built = build(DemoImage("x", version="1.2.3"))
    with asking(serve(built)) as (client, server):
        assert client.version_label(LATEST) == "1.2.3"
        assert len(server.seen) == 3
        assert server.lines[1].endswith(f"manifests/{built.child('linux/amd64')}")


def test_the_version_of_a_single_image_is_read_too() -> None:
    with asking(serve(build(DemoImage("x", version="1.2.3", platforms=("linux/arm64",))))) as (client, server):
        assert client.version_label(LATEST) == "1.2.3"
        assert len(server.seen) == 2


@pytest.mark.parametrize(
    "body",
    [
        index(entry(1, None), annotations={VERSION_KEY: "1.2.3"}),
        index(entry(1, {"os": "linux", "architecture": "amd64"}, annotations={VERSION_KEY: "1.2.3"})),
        json.dumps({"schemaVersion": 2, "config": {}, "annotations": {VERSION_KEY: "1.2.3"}}).encode(),
    ],
    ids=["of the index", "of its entry", "of the manifest"],
)
def test_annotations_tell_the_version_with_one_request(body: bytes) -> None:
    with asking(lambda _: Answer(200, body=body)) as (client, server):
        assert client.version_label(LATEST) == "1.2.3"
        assert len(server.seen) == 1


@pytest.mark.parametrize("built", [IMAGE, SINGLE, MANY])
def test_most_images_name_no_version(built: Built) -> None:
    with asking(serve(built)) as (client, _):
        assert client.version_label(LATEST) is None


@pytest.mark.parametrize("body", [index(), index(entry(1, None)), index(annotations=[]), index(annotations={VERSION_KEY: 3})])
def test_an_index_without_images_names_no_version(body: bytes) -> None:
    with asking(lambda _: Answer(200, body=body)) as (client, _):
        assert client.version_label(LATEST) is None
