"""The verbs of a registry that look-ups need: what a tag stands for, which tags there are, what an image says about itself.

OCI distribution-spec, "Pulling manifests", "Checking if content exists in the registry", "Listing Tags". Each verb asks once for each
argument in the life of a client. Nothing is written, and no layer is ever fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from refactor.reasons import Reason
from refactor.registry.answers import Failure, Manifest, Platform, Tags
from refactor.registry.config import Endpoint
from refactor.registry.headers import next_link
from refactor.registry.manifests import (
    ACCEPT,
    KINDS,
    BadManifest,
    Child,
    Document,
    is_sha256,
    read_config,
    read_document,
    read_object,
    sha256,
)
from refactor.registry.memo import Memo
from refactor.registry.reference import Reference, is_digest
from refactor.registry.transport import Transport, error_code
from refactor.registry.wire import Response

MAX_PAGES = 200
MAX_TAGS = 50_000
_PAGE = 1000

_HEAD_UNSUPPORTED = frozenset({405, 501})
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_Config = tuple[Platform | None, str | None]


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of a tag list; ``link`` is where it goes on, relative to ``url``."""

    names: tuple[str, ...]
    link: str | None
    url: str


class RegistryClient:
    """Reads from registries. Safe to use from several threads."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._heads: Memo[str, Manifest | Failure] = Memo()
        self._documents: Memo[str, Document | Failure] = Memo()
        self._configs: Memo[str, _Config | Failure] = Memo()
        self._lists: Memo[str, Tags | Failure] = Memo()

    def endpoint(self, reference: Reference) -> Endpoint:
        return self.transport.config.endpoint(reference.registry)

    def manifest(self, reference: Reference) -> Manifest | Failure:
        """Return what the reference's tag (its digest, where it has no tag) stands for: one HEAD, or a GET where that does not tell."""
        return self._heads.get(reference.canonical, lambda: self._head(reference))

    def child(self, reference: Reference, platform: Platform) -> Manifest | Failure:
        """Return the manifest of one platform: from the index, or the tag's own if that is an image for this platform."""
        endpoint = self.endpoint(reference)
        document = self.document(reference)
        if isinstance(document, Failure):
            return document
        if document.kind == "index":
            child = document.child(platform)
            if child is None:
                has = ", ".join(document.platforms) or "none that it names"
                return Failure(Reason.NO_PLATFORM, f"{reference.canonical} has no manifest for {platform}; it has {has}")
            return Manifest(child.digest, child.kind, endpoint.netloc)
        own = self.platform(reference, document)
        if isinstance(own, Failure):
            return own
        if own is None or (own.os, own.architecture) != (platform.os, platform.architecture) or platform.variant not in ("", own.variant):
            return Failure(Reason.NO_PLATFORM, f"{reference.canonical} is an image for {own or 'no platform that it names'} only")
        return Manifest(document.digest, "manifest", endpoint.netloc)

    def document(self, reference: Reference) -> Document | Failure:
        """Return the manifest or index itself (GET). Its digest is that of the bytes, and equal to what was asked for and announced."""
        return self._documents.get(reference.canonical, lambda: self._get(reference))

    def platform(self, reference: Reference, document: Document) -> Platform | Failure | None:
        """Return the platform that an image's configuration names."""
        config = self._config(reference, document)
        return config if isinstance(config, Failure) else config[0]

    def version_label(self, reference: Reference) -> str | Failure | None:
        """Return ``org.opencontainers.image.version`` of what the reference stands for: a hint, since base images hand theirs down.

        Looks at the annotations of the index and of its entries, then at one image: its annotations, then its configuration's labels.
        """
        document = self.document(reference)
        if isinstance(document, Failure):
            return document
        if document.version:
            return document.version
        if document.kind == "index":
            child = _representative(document)
            if child is None or child.version:
                return child.version if child else None
            reference = reference.with_tag(None).with_digest(child.digest)
            document = self.document(reference)
            if isinstance(document, Failure):
                return document
        if document.version:
            return document.version
        config = self._config(reference, document)
        return config if isinstance(config, Failure) else config[1]

    def tags(self, reference: Reference) -> Tags | Failure:
        """Return the tags of the reference's repository, up to 200 pages or 50,000 tags."""
        return self._lists.get(f"{reference.registry}/{reference.repository}", lambda: self._list(reference))

    def _head(self, reference: Reference) -> Manifest | Failure:
        endpoint = self.endpoint(reference)
        response = self._ask("HEAD", endpoint, reference, f"manifests/{reference.wanted}", ACCEPT)
        if isinstance(response, Failure):
            return response
        if response.status in _HEAD_UNSUPPORTED:
            return self._from_document(reference)
        if response.status != 200:
            return _problem(response, endpoint, reference)
        media_type = _media_type(response)
        if "html" in media_type:
            return Failure(
                Reason.BAD_ANSWER, f"{endpoint.label} answers with a web page; it may be no registry, or a proxy stands in between"
            )
        announced = response.headers.get("Docker-Content-Digest", "").strip()
        kind = KINDS.get(media_type)
        # Implementers note of the spec: registries of earlier versions need not send the digest.
        if kind is None or not announced or (is_digest(announced) and not is_sha256(announced)):
            return self._from_document(reference)
        if not is_sha256(announced):
            return Failure(Reason.BAD_ANSWER, f"{endpoint.label} announces a digest for {reference.canonical} that is none")
        if is_digest(reference.wanted) and announced != reference.wanted:
            return Failure(Reason.BAD_ANSWER, f"{endpoint.label} was asked for {reference.wanted} and announces {announced}")
        return Manifest(announced, kind, endpoint.netloc)

    def _from_document(self, reference: Reference) -> Manifest | Failure:
        document = self.document(reference)
        if isinstance(document, Failure):
            return document
        return Manifest(document.digest, document.kind, self.endpoint(reference).netloc)

    def _get(self, reference: Reference) -> Document | Failure:
        endpoint = self.endpoint(reference)
        response = self._ask("GET", endpoint, reference, f"manifests/{reference.wanted}", ACCEPT)
        if isinstance(response, Failure):
            return response
        if response.status != 200:
            return _problem(response, endpoint, reference)
        try:
            document = read_document(response.body)
        except BadManifest as bad:
            return Failure(Reason.BAD_ANSWER, f"{endpoint.label} answers for {reference.canonical} with {bad}")
        for claimed in (response.headers.get("Docker-Content-Digest", "").strip(), reference.wanted):
            if claimed.startswith("sha256:") and claimed != document.digest:
                return Failure(Reason.BAD_ANSWER, f"{endpoint.label} says {claimed} for {reference.canonical}, and sends {document.digest}")
        return document

    def _config(self, reference: Reference, document: Document) -> _Config | Failure:
        if document.config is None:
            return None, None
        digest = document.config
        key = f"{reference.registry}/{reference.repository}@{digest}"
        return self._configs.get(key, lambda: self._read_config(reference, digest))

    def _read_config(self, reference: Reference, digest: str) -> _Config | Failure:
        endpoint = self.endpoint(reference)
        response = self._ask("GET", endpoint, reference, f"blobs/{digest}", "")
        if isinstance(response, Failure):
            return response
        if response.status != 200:
            return _problem(response, endpoint, reference)
        if sha256(response.body) != digest:
            return Failure(Reason.BAD_ANSWER, f"{endpoint.label} sends a configuration of {reference.canonical} with another digest")
        try:
            return read_config(response.body)
        except BadManifest as bad:
            return Failure(Reason.BAD_ANSWER, f"{endpoint.label} has as configuration of {reference.canonical} {bad}")

    def _list(self, reference: Reference) -> Tags | Failure:
        endpoint = self.endpoint(reference)
        names: dict[str, None] = {}
        path = f"/v2/{endpoint.repository(reference.repository)}/tags/list?n={_PAGE}"
        for number in range(MAX_PAGES):
            page = self._page(endpoint, reference, path)
            if isinstance(page, Failure):
                return Tags(tuple(names), page.detail) if number else page
            before = len(names)
            names.update(dict.fromkeys(page.names))
            if page.link is None:
                return Tags(tuple(names))
            if len(names) == before:
                return Tags(tuple(names), f"{endpoint.label} goes on listing without a new tag")
            if len(names) >= MAX_TAGS:
                return Tags(tuple(names), f"stopped after {len(names)} tags")
            following = _following(endpoint, page.url, page.link)
            if following is None:
                return Tags(tuple(names), f"{endpoint.label} says that the list goes on at another host")
            path = following
        return Tags(tuple(names), f"stopped after {MAX_PAGES} pages")

    def _page(self, endpoint: Endpoint, reference: Reference, path: str) -> _Page | Failure:
        response = self._fetch("GET", endpoint, reference, path, "application/json")
        if isinstance(response, Failure):
            return response
        if response.status != 200:
            return _problem(response, endpoint, reference)
        try:
            listed = read_object(response.body).get("tags")
        except BadManifest as bad:
            return Failure(Reason.BAD_ANSWER, f"{endpoint.label} answers for the tags of {reference.repository} with {bad}")
        listed = [] if listed is None else listed  # Go writes an empty list as null
        if not isinstance(listed, list):
            return Failure(Reason.BAD_ANSWER, f"{endpoint.label} lists no tags of {reference.repository}, but something else")
        # What is no tag is dropped here, since these names become parts of paths.
        names = tuple(name for name in listed if isinstance(name, str) and _TAG.fullmatch(name))
        return _Page(names, next_link(response.headers.get("Link", "")), response.url)

    def _ask(self, method: str, endpoint: Endpoint, reference: Reference, what: str, accept: str) -> Response | Failure:
        return self._fetch(method, endpoint, reference, f"/v2/{endpoint.repository(reference.repository)}/{what}", accept)

    def _fetch(self, method: str, endpoint: Endpoint, reference: Reference, path: str, accept: str) -> Response | Failure:
        return self.transport.fetch(method, endpoint, path, repository=endpoint.repository(reference.repository), accept=accept)


def _representative(document: Document) -> Child | None:
    """The entry whose labels speak for the index: linux/amd64 if there, else the first that is for a platform at all."""
    return document.child(Platform("linux", "amd64")) or next((child for child in document.children if child.platform is not None), None)


def _following(endpoint: Endpoint, url: str, link: str) -> str | None:
    """Return path and query of the next page, or None if it is not at the endpoint itself."""
    try:
        parts = urlsplit(urljoin(url, link))
    except ValueError:
        return None
    if (parts.scheme, parts.netloc.lower()) != (endpoint.scheme, endpoint.netloc):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _media_type(response: Response) -> str:
    """distribution-spec: "The client SHOULD ignore parameters on the Content-Type header"."""
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _within(reference: Reference) -> str:
    return reference.canonical.removeprefix(f"{reference.registry}/")


def _problem(response: Response, endpoint: Endpoint, reference: Reference) -> Failure:
    code = error_code(response)
    if response.status == 404:
        page = "; it answers with a web page, so it may be no registry" if "html" in _media_type(response) else ""
        return Failure(Reason.NOT_FOUND, f"{endpoint.label} has no {_within(reference)} ({code}){page}")
    if response.status in (401, 403):
        return Failure(Reason.UNAUTHORIZED, f"{endpoint.label} refuses access to {reference.repository} ({code})")
    return Failure(Reason.REGISTRY_ERROR, f"{endpoint.label} answers {response.status} for {reference.repository} ({code})")
