"""What a tag stands for: asked by HEAD, or by GET and verified."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from refactor.reasons import Reason
from refactor.registry.answers import Manifest
from refactor.registry.config import RegistryConfig
from refactor.registry.demo import Built
from refactor.registry.manifests import ACCEPT, OCI_INDEX
from refactor.registry.reference import Reference
from tests.support.clients import HTML, IMAGE, LATEST, SINGLE, asking, failed, serve
from tests.support.lookups import Clock, open_client
from tests.support.scripted import Answer, Headers, Request, Scripted


@pytest.mark.parametrize(("built", "kind"), [(IMAGE, "index"), (SINGLE, "manifest")])
def test_one_head_with_all_four_types_tells_the_digest(built: Built, kind: str) -> None:
    with asking(serve(built)) as (client, server):
        found = client.manifest(LATEST)
        assert found == Manifest(built.top.digest, "index" if kind == "index" else "manifest", server.netloc)
        assert server.lines == ["HEAD /v2/team/app/manifests/latest"]
        assert server.seen[0].headers["Accept"] == ACCEPT
        assert ACCEPT.count("application/vnd.") == 4


def test_each_reference_is_asked_once_whatever_its_spelling() -> None:
    with asking(serve(IMAGE)) as (client, server):
        for text in ("team/app", "team/app:latest", "docker.io/team/app", f"index.docker.io/team/app:latest@{IMAGE.top.digest}"):
            assert isinstance(client.manifest(Reference.parse(text)), Manifest)
        assert len(server.seen) == 1


def test_without_the_digest_header_the_body_is_hashed() -> None:
    with asking(serve(IMAGE, digest=False)) as (client, server):
        assert client.manifest(LATEST) == Manifest(IMAGE.top.digest, "index", server.netloc)
        assert [request.method for request in server.seen] == ["HEAD", "GET"]


def test_without_a_telling_content_type_the_body_is_read() -> None:
    with asking(serve(SINGLE, types=False)) as (client, server):
        assert client.manifest(LATEST) == Manifest(SINGLE.top.digest, "manifest", server.netloc)


@pytest.mark.parametrize("status", [405, 501])
def test_a_registry_without_head_is_asked_by_get(status: int) -> None:
    served = serve(IMAGE)
    with asking(lambda request: Answer(status) if request.method == "HEAD" else served(request)) as (client, _):
        assert isinstance(client.manifest(LATEST), Manifest)


def head_with(digest: str, media_type: str = OCI_INDEX) -> Callable[[Request], Answer]:
    headers: Headers = (("Content-Type", media_type), ("Docker-Content-Digest", digest))
    return lambda _: Answer(200, headers, IMAGE.top.data)


@pytest.mark.parametrize(
    "digest", ["sha256:abc", "latest", f"{IMAGE.top.digest}0", IMAGE.top.digest.upper(), "sha256:" + "g" * 64, "md5:" + "a" * 32]
)
def test_a_digest_header_that_is_no_digest_is_not_believed(digest: str) -> None:
    with asking(head_with(digest)) as (client, _):
        failed(client.manifest(LATEST), Reason.BAD_ANSWER, "announces a digest")


def test_a_digest_of_another_kind_is_replaced_by_our_own() -> None:
    with asking(head_with("sha512:" + "a" * 128)) as (client, server):
        assert client.manifest(LATEST) == Manifest(IMAGE.top.digest, "index", server.netloc)


def test_a_digest_header_that_the_body_does_not_have_is_not_believed() -> None:
    with asking(head_with("sha256:" + "0" * 64)) as (client, _):
        failed(client.document(LATEST), Reason.BAD_ANSWER, "sha256:000", IMAGE.top.digest)
        failed(client.version_label(LATEST), Reason.BAD_ANSWER)


def test_what_is_asked_by_digest_must_have_that_digest() -> None:
    wanted = LATEST.with_digest("sha256:" + "0" * 64)
    with asking(head_with(IMAGE.top.digest)) as (client, _):
        failed(client.manifest(wanted), Reason.BAD_ANSWER, "was asked for sha256:000", IMAGE.top.digest)
        failed(client.document(wanted), Reason.BAD_ANSWER)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<!doctype html><html>log in</html>", "a web page"),
        (b"\n <html>", "a web page"),
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b"[]", "not an object"),
        (b"{}", "not a manifest"),
        (b'{"schemaVersion": 2}', "not a manifest"),
        (b'{"schemaVersion": 1, "fsLayers": []}', "schema 1"),
        (b'{"errors": []}', "not a manifest"),
    ],
)
def test_what_is_no_manifest_is_never_hashed_into_a_pin(body: bytes, problem: str) -> None:
    with asking(lambda request: Answer(200, body=b"" if request.method == "HEAD" else body)) as (client, _):
        failed(client.manifest(LATEST), Reason.BAD_ANSWER, problem)


def test_a_web_page_in_answer_to_head_is_no_digest() -> None:
    with asking(lambda _: Answer(200, (*HTML, ("Docker-Content-Digest", IMAGE.top.digest)), b"<html>")) as (client, server):
        failed(client.manifest(LATEST), Reason.BAD_ANSWER, "a web page")
        assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("answer", "reason", "part"),
    [
        (Answer(404), Reason.NOT_FOUND, "has no team/app:latest"),
        (Answer(404, HTML), Reason.NOT_FOUND, "it may be no registry"),
        (Answer(403), Reason.UNAUTHORIZED, "refuses access to team/app"),
        (Answer(401), Reason.UNAUTHORIZED, "refuses access"),
        (Answer(429), Reason.RATE_LIMITED, "429"),
        (Answer(500), Reason.REGISTRY_ERROR, "500"),
        (Answer(418), Reason.REGISTRY_ERROR, "418"),
        (Answer(204), Reason.REGISTRY_ERROR, "204"),
        (Answer(304), Reason.REGISTRY_ERROR, "304"),
    ],
)
def test_each_refusal_has_its_reason(answer: Answer, reason: Reason, part: str) -> None:
    with asking(lambda _: answer) as (client, server):
        failed(client.manifest(LATEST), reason, part, "docker.io", server.netloc)
        failed(client.tags(LATEST), reason)
        failed(client.document(LATEST), reason)


def test_a_mirrors_prefix_goes_before_the_repository() -> None:
    with Scripted(serve(IMAGE)) as server:
        config = RegistryConfig(mirrors={"docker.io": f"{server.url}/hub/cache"})
        with open_client(config, Clock()) as client:
            assert isinstance(client.manifest(Reference.parse("nginx:latest")), Manifest)
        assert server.lines == ["HEAD /v2/hub/cache/library/nginx/manifests/latest"]
