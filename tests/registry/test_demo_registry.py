"""The demonstration registry speaks as the specification says, and the same data gives the same digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
import requests

from refactor.registry.answers import Tags
from refactor.registry.config import RegistryConfig
from refactor.registry.demo import DemoImage, DemoRegistry, build
from refactor.registry.manifests import OCI_INDEX, OCI_MANIFEST
from refactor.registry.reference import Reference
from tests.support.lookups import Clock, open_client
from tests.support.oci import push_blob, push_manifest
from tests.support.registry import RunningRegistry

IMAGES = {
    "docker.io/library/nginx": {f"1.0.{number}": DemoImage(str(number)) for number in range(5)},
    "ghcr.io/x/y": {"main": DemoImage("single", platforms=("linux/amd64",), version="1.2.3")},
}


@pytest.fixture
def demo() -> Iterator[DemoRegistry]:
    with DemoRegistry(IMAGES) as demo:
        yield demo


def get(demo: DemoRegistry, path: str, method: str = "GET") -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, f"{demo.url}{path}", timeout=5)


def test_the_same_image_has_the_same_digest_and_another_has_another() -> None:
    assert build(DemoImage("a")) == build(DemoImage("a"))
    different = [DemoImage("a"), DemoImage("b"), DemoImage("a", version="1"), DemoImage("a", platforms=("linux/amd64",))]
    assert len({build(image).top.digest for image in different}) == len(different)


def test_manifests_come_by_tag_and_by_digest(demo: DemoRegistry) -> None:
    built = build(IMAGES["docker.io/library/nginx"]["1.0.0"])
    for wanted in ("1.0.0", built.top.digest):
        answer = get(demo, f"/v2/docker.io/library/nginx/manifests/{wanted}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == OCI_INDEX
        assert answer.headers["Docker-Content-Digest"] == built.top.digest == f"sha256:{hashlib.sha256(answer.content).hexdigest()}"
    child = get(demo, f"/v2/docker.io/library/nginx/manifests/{built.child('linux/arm64')}")
    assert child.headers["Content-Type"] == OCI_MANIFEST
    assert get(demo, f"/v2/docker.io/library/nginx/blobs/{child.json()['config']['digest']}").json()["architecture"] == "arm64"
    with pytest.raises(KeyError):
        built.child("linux/riscv64")


def test_head_has_the_headers_of_get_and_no_body(demo: DemoRegistry) -> None:
    path = "/v2/ghcr.io/x/y/manifests/main"
    head, got = get(demo, path, "HEAD"), get(demo, path)
    names = ("Content-Type", "Content-Length", "Docker-Content-Digest")
    assert [head.headers[name] for name in names] == [got.headers[name] for name in names]
    assert head.content == b""


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v2/docker.io/library/nginx/manifests/2.0.0", "MANIFEST_UNKNOWN"),
        ("/v2/docker.io/library/nginx/blobs/main", "MANIFEST_UNKNOWN"),
        ("/v2/nginx/manifests/latest", "NAME_UNKNOWN"),
        ("/v2/nope/tags/list", "NAME_UNKNOWN"),
        ("/v2/x", "NAME_UNKNOWN"),
        ("/", "NAME_UNKNOWN"),
        ("/v2/docker.io/library/nginx/other/1.0.0", "MANIFEST_UNKNOWN"),
    ],
)
def test_what_is_not_there_has_the_registrys_error(demo: DemoRegistry, path: str, code: str) -> None:
    answer = get(demo, path)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == code


def test_tags_come_in_pages_with_links(demo: DemoRegistry) -> None:
    first = get(demo, "/v2/docker.io/library/nginx/tags/list?n=3")
    assert first.json() == {"name": "docker.io/library/nginx", "tags": ["1.0.0", "1.0.1", "1.0.2"]}
    assert first.headers["Link"] == '</v2/docker.io/library/nginx/tags/list?n=3&last=1.0.2>; rel="next"'
    second = get(demo, "/v2/docker.io/library/nginx/tags/list?n=3&last=1.0.2")
    assert second.json()["tags"] == ["1.0.3", "1.0.4"]
    assert "Link" not in second.headers
    assert get(demo, "/v2/docker.io/library/nginx/tags/list?n=0").json()["tags"] == []


def test_a_client_reads_all_its_pages() -> None:
    tags = {f"1.0.{number}": DemoImage("same") for number in range(1500)}
    with DemoRegistry({"docker.io/many/tags": tags}) as demo, open_client(RegistryConfig(mirrors=demo.mirrors()), Clock()) as client:
        assert client.tags(Reference.parse("many/tags")) == Tags(tuple(sorted(tags)))
        assert len(demo.requests) == 2


def test_its_mirrors_stand_for_every_registry_of_its_images(demo: DemoRegistry) -> None:
    assert demo.mirrors() == {"docker.io": f"{demo.url}/docker.io", "ghcr.io": f"{demo.url}/ghcr.io"}
    assert get(demo, "/v2/").status_code == 200
    assert demo.requests == ["GET /v2/"]


def test_it_ends_with_its_block_and_can_be_started_again() -> None:
    demo = DemoRegistry(IMAGES)
    with pytest.raises(RuntimeError, match="not running"):
        _ = demo.url
    for _ in range(2):
        with demo:
            url = demo.url
            assert get(demo, "/v2/").status_code == 200
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=5, proxies={"http": ""})


def test_what_it_serves_a_real_registry_takes(docker_registry: RunningRegistry) -> None:
    """docker-registry checks what it is given, so an image that it takes is one."""
    built = build(DemoImage("checked", version="1.2.3"))
    with requests.Session() as session:
        session.trust_env = False
        for blob in built.blobs:
            assert push_blob(session, docker_registry.url, "demo/checked", blob.data) == blob.digest
        for manifest in built.manifests:
            pushed = push_manifest(session, docker_registry.url, "demo/checked", manifest.digest, manifest.data, manifest.media_type)
            assert pushed == manifest.digest
