"""Which exact tag is this digest? Asked of the registry, and believed only when the digests were seen to be equal."""

from __future__ import annotations

from dataclasses import dataclass

from refactor.reasons import Reason
from refactor.registry.answers import Failure
from refactor.registry.client import RegistryClient
from refactor.registry.reference import Reference
from refactor.registry.tags import candidates

_BEFORE_HINT = 3
"""Tags tried before the image is asked for its version: HEADs are free at Docker Hub, and the GETs that a label takes are not."""

_HOPELESS = frozenset({Reason.UNREACHABLE, Reason.RATE_LIMITED, Reason.UNAUTHORIZED})


@dataclass(frozen=True, slots=True)
class Found:
    """The exact tag, or None and ``why``."""

    version: str | None
    why: str = ""


def find_version(client: RegistryClient, reference: Reference, digest: str, *, tries: int) -> Found:
    """Return an exact tag with this digest (which the reference's own tag was just seen to have), after at most ``tries`` HEADs."""
    return _Search(client, reference, digest, tries).run()


class _Search:
    def __init__(self, client: RegistryClient, reference: Reference, digest: str, tries: int) -> None:
        self._client = client
        self._reference = reference
        self._digest = digest
        self._tries = tries
        self._tried: set[str] = set()
        self._stopped = ""

    def run(self) -> Found:
        listed = self._client.tags(self._reference)
        names, incomplete = ((), listed.detail) if isinstance(listed, Failure) else (listed.names, listed.incomplete)
        order = candidates(self._reference.tag, names, complete=not incomplete)
        version = self._try(order[:_BEFORE_HINT])
        if version is None and not self._stopped and (incomplete or len(order) > _BEFORE_HINT) and (hint := self._hint()):
            order = candidates(self._reference.tag, names, hint, complete=not incomplete)
        if version is None and not self._stopped:
            version = self._try(order)
        return Found(version, "" if version else self._why(len(order), incomplete))

    def _try(self, order: list[str]) -> str | None:
        for tag in order:
            if tag in self._tried:
                continue
            if tag == self._reference.tag:
                return tag
            if len(self._tried) >= self._tries:
                break
            self._tried.add(tag)
            manifest = self._client.manifest(self._reference.with_tag(tag).with_digest(None))
            if isinstance(manifest, Failure):
                if manifest.reason in _HOPELESS:
                    self._stopped = manifest.detail
                    break
            elif manifest.digest == self._digest:
                return tag
        return None

    def _hint(self) -> str | None:
        rate = self._client.transport.rate(self._client.endpoint(self._reference))
        if rate is not None and rate.remaining <= 0:
            return None
        label = self._client.version_label(self._reference.with_tag(None).with_digest(self._digest))
        return None if isinstance(label, Failure) else label

    def _why(self, known: int, incomplete: str) -> str:
        part = f" (its list of tags is not complete: {incomplete})" if incomplete else ""
        if self._stopped:
            return f"the search for a version ended early: {self._stopped}"
        if not known:
            return f"the repository has no exact tag of this kind{part}"
        if known > len(self._tried):
            return f"none of the {len(self._tried)} likeliest of {known} exact tags has this digest{part}"
        return f"none of the {known} exact tags of this kind has this digest{part}"
