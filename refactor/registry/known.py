"""Look-ups answered from a table: for the examples of a codemod's page, which are its tests. No I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping

from refactor.reasons import Reason
from refactor.registry.reference import Reference, is_digest
from refactor.registry.tags import TagKind, classify
from refactor.services import DigestKind, Pin, Progress, Unresolved


class KnownImages:
    """Implements :class:`refactor.services.Images` from ``{"nginx": "sha256:...=1.27.3"}``: reference to digest, or digest and version.

    What is no digest stands for one: ``{"nginx": "a=1.27.3"}`` takes the SHA-256 of ``a``, and for a platform that of ``a linux/arm64``.
    References are found in any spelling; one that is not in the table was not found. Every digest that carries a reference is an index.
    """

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = {Reference.parse(text).canonical: answer for text, answer in answers.items()}

    def pin(
        self,
        references: Collection[Reference],
        *,
        platform: str | None = None,
        version: bool = True,
        progress: Progress | None = None,
    ) -> dict[Reference, Pin | Unresolved]:
        """See :meth:`refactor.services.Images.pin`."""
        _report(progress, len(references))
        return {reference: self._pin(reference, platform, version) for reference in references}

    def kinds(self, references: Collection[Reference], *, progress: Progress | None = None) -> dict[Reference, DigestKind | Unresolved]:
        """See :meth:`refactor.services.Images.kinds`."""
        _report(progress, len(references))
        return {reference: DigestKind("index", None) for reference in references}

    def _pin(self, reference: Reference, platform: str | None, version: bool) -> Pin | Unresolved:
        answer = self._answers.get(reference.canonical)
        if answer is None:
            return Unresolved(Reason.NOT_FOUND, "not among the images of this example")
        digest, _, found = answer.partition("=")
        if classify(reference.tag) is TagKind.EXACT:
            found = reference.tag or ""
        elif not version:
            found = ""
        why = "" if found else ("no exact tag has this digest" if version else "not looked for")
        if platform is None:
            return Pin(digest_of(digest), "index", found or None, why, "registry")
        return Pin(digest_of(f"{digest} {platform}"), "manifest", found or None, why, "registry")


def _report(progress: Progress | None, total: int) -> None:
    if progress is not None:
        progress(total, total)


def digest_of(text: str) -> str:
    """Return ``text`` if it is a digest, else the digest that it stands for."""
    return text if is_digest(text) else f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
