"""Reading manifests, indexes and image configurations. Pure: bytes in, values out.

Formats: OCI image-spec manifest.md, image-index.md, config.md; Docker's manifest v2 schema 2 and manifest list have the same shape.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from refactor.registry.answers import Platform
from refactor.services import Kind

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"

KINDS: Mapping[str, Kind] = {OCI_INDEX: "index", DOCKER_LIST: "index", OCI_MANIFEST: "manifest", DOCKER_MANIFEST: "manifest"}
ACCEPT = ", ".join(KINDS)
"""All four, or a registry may convert what it has to a type that is accepted, and answer with another digest."""

IMAGE_CONFIGS = frozenset({"application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"})
VERSION_KEY = "org.opencontainers.image.version"  # image-spec, annotations.md: "version of the packaged software"

_SHA256 = re.compile(r"sha256:[a-f0-9]{64}")


class BadManifest(ValueError):
    """The bytes are no manifest; the message says what they are instead."""


@dataclass(frozen=True, slots=True)
class Child:
    """One entry of an index. ``platform`` is None where it names none (or ``unknown``, as build attestations do)."""

    digest: str
    kind: Kind
    platform: Platform | None
    version: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """A manifest or an index. ``digest`` is that of its bytes; ``config`` is the digest of an image's configuration, for manifests."""

    digest: str
    kind: Kind
    children: tuple[Child, ...] = ()
    config: str | None = None
    version: str | None = None

    def child(self, platform: Platform) -> Child | None:
        """image-index.md: "If multiple manifests match a client or runtime's requirements, the first matching entry SHOULD be used."

        Where ``platform`` names no variant and no entry is without one, the first with that system and architecture is taken.
        """
        for child in self.children:
            if child.platform == platform:
                return child
        if not platform.variant:
            for child in self.children:
                if child.platform is not None and (child.platform.os, child.platform.architecture) == (platform.os, platform.architecture):
                    return child
        return None

    @property
    def platforms(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(child.platform) for child in self.children if child.platform is not None))


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def is_sha256(text: str) -> bool:
    return _SHA256.fullmatch(text) is not None


def read_document(body: bytes) -> Document:
    """Return the manifest or index that ``body`` is.

    Raises:
        BadManifest: it is none.
    """
    content = read_object(body)
    version = _text(_mapping(content.get("annotations")).get(VERSION_KEY))
    manifests = content.get("manifests")
    if isinstance(manifests, list):
        return Document(sha256(body), "index", tuple(_children(manifests)), version=version)
    if content.get("schemaVersion") == 1:
        raise BadManifest("a manifest of schema 1, whose digest depends on who signed it")
    if content.get("schemaVersion") != 2 or not isinstance(content.get("config"), dict):
        raise BadManifest("JSON, but not a manifest")
    config = _mapping(content.get("config"))
    digest = _text(config.get("digest"))
    is_image = config.get("mediaType") in IMAGE_CONFIGS and digest is not None and is_sha256(digest)
    return Document(sha256(body), "manifest", config=digest if is_image else None, version=version)


def read_config(body: bytes) -> tuple[Platform | None, str | None]:
    """Return an image configuration's platform and version label, each None where it has none.

    Raises:
        BadManifest: ``body`` is not an image configuration.
    """
    content = read_object(body)
    labels = _mapping(_mapping(content.get("config")).get("Labels"))
    return _platform(content), _text(labels.get(VERSION_KEY))


def read_object(body: bytes) -> Mapping[str, object]:
    """Return the JSON object that ``body`` is.

    Raises:
        BadManifest: it is not.
    """
    if body.lstrip()[:1] == b"<":
        raise BadManifest("a web page instead of JSON; a proxy or a login page may stand in between")
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadManifest("something that is not JSON") from error
    if not isinstance(content, dict):
        raise BadManifest("JSON, but not an object")
    return content


def _children(manifests: list[object]) -> Iterator[Child]:
    for entry in manifests:
        descriptor = _mapping(entry)
        digest = _text(descriptor.get("digest"))
        if digest is None or not is_sha256(digest):
            continue
        version = _text(_mapping(descriptor.get("annotations")).get(VERSION_KEY))
        kind = KINDS.get(_text(descriptor.get("mediaType")) or "", "manifest")
        yield Child(digest, kind, _platform(_mapping(descriptor.get("platform"))), version)


def _platform(fields: Mapping[str, object]) -> Platform | None:
    os, architecture = _text(fields.get("os")), _text(fields.get("architecture"))
    if not os or not architecture or "unknown" in (os, architecture):
        return None
    return Platform.of(os, architecture, _text(fields.get("variant")) or "")


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
