"""A small OCI registry on loopback, inside this process, that serves images given as data.

For demonstrations and tests without a network: it speaks as much of the distribution specification as a look-up needs (manifests by tag and
digest, configurations, tag lists in pages), and nothing can be pushed to it. As a mirror it can stand for any number of registries::

    with DemoRegistry({"docker.io/library/nginx": {"latest": DemoImage("1.27.3"), "1.27.3": DemoImage("1.27.3")}}) as demo:
        config = RegistryConfig(mirrors=demo.mirrors())
"""

from __future__ import annotations

import hashlib
import json
import socket
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from refactor.registry.answers import Platform
from refactor.registry.manifests import OCI_INDEX, OCI_MANIFEST, VERSION_KEY, sha256

_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_MOST = 1000


@dataclass(frozen=True, slots=True)
class DemoImage:
    """One image. Equal values have equal digests, and anything that differs gives another one.

    ``content`` stands for what is in it. With several ``platforms`` it is an index, with one a single manifest. ``version`` becomes the
    label ``org.opencontainers.image.version``.
    """

    content: str
    platforms: tuple[str, ...] = ("linux/amd64", "linux/arm64")
    version: str = ""


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that a registry serves by digest."""

    data: bytes
    media_type: str
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", sha256(self.data))

    def descriptor(self) -> dict[str, object]:
        return {"mediaType": self.media_type, "digest": self.digest, "size": len(self.data)}


@dataclass(frozen=True, slots=True)
class Built:
    """An image as a registry has it: ``top`` is what its tag stands for, ``manifests`` are all (``top`` last), ``blobs`` the rest."""

    top: Blob
    manifests: tuple[Blob, ...]
    blobs: tuple[Blob, ...]

    def child(self, platform: str) -> str:
        """Return the digest of one platform's manifest, for an index.

        Raises:
            KeyError: the index has none for it.
        """
        for entry in json.loads(self.top.data).get("manifests", ()):
            if str(Platform.of(*(entry["platform"].get(key, "") for key in ("os", "architecture", "variant")))) == platform:
                return str(entry["digest"])
        raise KeyError(platform)


def build(image: DemoImage) -> Built:
    """Return the image as OCI manifests (image-spec, manifest.md and image-index.md), the same bytes for the same value."""
    layer = Blob(f"not a layer: {image.content}\n".encode(), _LAYER)
    blobs, manifests, entries = [layer], [], []
    for text in image.platforms:
        platform = Platform.parse(text)
        names = {"os": platform.os, "architecture": platform.architecture, "variant": platform.variant}
        where = {key: value for key, value in names.items() if value}
        labels = {VERSION_KEY: image.version} if image.version else {}
        unpacked = hashlib.sha256(image.content.encode()).hexdigest()
        config = _json({**where, "config": {"Labels": labels}, "rootfs": {"type": "layers", "diff_ids": [f"sha256:{unpacked}"]}}, _CONFIG)
        content = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config.descriptor(), "layers": [layer.descriptor()]}
        manifest = _json(content, OCI_MANIFEST)
        blobs.append(config)
        manifests.append(manifest)
        entries.append({**manifest.descriptor(), "platform": where})
    if len(manifests) == 1:
        return Built(manifests[0], tuple(manifests), tuple(blobs))
    index = _json({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}, OCI_INDEX)
    return Built(index, (*manifests, index), tuple(blobs))


def _json(content: Mapping[str, object], media_type: str) -> Blob:
    return Blob(json.dumps(content, sort_keys=True).encode(), media_type)


class DemoRegistry:
    """Serves ``images`` (repository with its registry in front, to tag, to image) on a free port of 127.0.0.1 between enter and exit.

    ``requests`` are the requests that were answered, as ``"HEAD /v2/..."``.
    """

    def __init__(self, images: Mapping[str, Mapping[str, DemoImage]]) -> None:
        self.tags = {name: {tag: build(image) for tag, image in tags.items()} for name, tags in images.items()}
        self.requests: list[str] = []
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> DemoRegistry:
        shelf = {name: _Shelf(tags) for name, tags in self.tags.items()}
        requests = self.requests

        class Handler(_Handler):
            repositories = shelf
            answered = requests

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="tfmod-demo-registry", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = self._thread = None

    @property
    def url(self) -> str:
        """Where it is, e.g. ``http://127.0.0.1:41234``.

        Raises:
            RuntimeError: it is not running.
        """
        if self._server is None:
            raise RuntimeError("the demonstration registry is not running")
        return f"http://127.0.0.1:{self._server.server_port}"

    def mirrors(self) -> dict[str, str]:
        """Return what to give :class:`RegistryConfig` as ``mirrors``, so that every registry of the images is asked here."""
        return {registry: f"{self.url}/{registry}" for registry in sorted({name.partition("/")[0] for name in self.tags})}


class _Shelf:
    """One repository, ready to be served."""

    def __init__(self, tags: Mapping[str, Built]) -> None:
        self.tags = sorted(tags)
        self.manifests = {manifest.digest: manifest for built in tags.values() for manifest in built.manifests}
        self.manifests |= {tag: built.top for tag, built in tags.items()}
        self.blobs = {blob.digest: blob for built in tags.values() for blob in built.blobs}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64  # with the default of 5, the sixth connection at once waits a second

    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that went away is no error of ours
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections open
    disable_nagle_algorithm = True  # or each answer's body waits for an acknowledgement of its headers
    repositories: Mapping[str, _Shelf]
    answered: list[str]

    def do_GET(self) -> None:  # http.server calls methods by this name
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self, *, body: bool) -> None:
        self.answered.append(f"{self.command} {self.path}")
        parts = urlsplit(self.path)
        if parts.path in ("/v2", "/v2/"):
            return self._send(200, b"{}", "application/json", {}, body)
        rest, _, what = parts.path.removeprefix("/v2/").rpartition("/")
        name, _, kind = rest.rpartition("/")
        shelf = self.repositories.get(name)
        if shelf is None:
            return self._missing("NAME_UNKNOWN", body)
        if (kind, what) == ("tags", "list"):
            return self._list(name, shelf, parse_qs(parts.query), body)
        blob = {"manifests": shelf.manifests, "blobs": shelf.blobs}.get(kind, {}).get(what)
        if blob is None:
            return self._missing("MANIFEST_UNKNOWN", body)
        return self._send(200, blob.data, blob.media_type, {"Docker-Content-Digest": blob.digest}, body)

    def _list(self, name: str, shelf: _Shelf, query: Mapping[str, list[str]], body: bool) -> None:
        asked, last = query.get("n", [""])[0], query.get("last", [""])[0]
        size = min(int(asked), _MOST) if asked.isdecimal() else _MOST
        rest = [tag for tag in shelf.tags if tag > last]
        page = rest[:size]
        link = {"Link": f'</v2/{name}/tags/list?n={size}&last={page[-1]}>; rel="next"'} if page and len(rest) > size else {}
        self._send(200, json.dumps({"name": name, "tags": page}).encode(), "application/json", link, body)

    def _missing(self, code: str, body: bool) -> None:
        self._send(404, json.dumps({"errors": [{"code": code, "message": "not here"}]}).encode(), "application/json", {}, body)

    def _send(self, status: int, data: bytes, media_type: str, headers: Mapping[str, str], body: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(data)
