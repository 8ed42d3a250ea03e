"""What the registry client answers: expected outcomes as plain values, failures included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from refactor.reasons import Reason
from refactor.services import Kind


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer. ``detail`` names hosts and paths, never a credential, a token or a query."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a tag or a digest stands for. ``digest`` is ``sha256:`` and 64 hex digits; ``host`` is who said so (it may be a mirror's)."""

    digest: str
    kind: Kind
    host: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """One answer: ``reference`` (canonical) stood for ``digest`` at ``when``, said ``host``.

    ``version`` is an exact tag that had the same digest; ``searched`` says whether one was looked for, ``no_version`` why there is none.
    ``platform`` is the platform that was asked for, or, in entries about a digest, the platform that it is for.
    """

    reference: str
    digest: str
    kind: Kind
    when: datetime
    host: str
    platform: str | None = None
    version: str | None = None
    searched: bool = False
    no_version: str = ""


@dataclass(frozen=True, slots=True)
class Tags:
    """A repository's tags in the order of the answer. ``incomplete`` is empty, or says why the list is not whole."""

    names: tuple[str, ...]
    incomplete: str = ""


@dataclass(frozen=True, slots=True)
class Platform:
    """``os/arch[/variant]`` in the spelling of the OCI image specification (image-index.md, "platform")."""

    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)

    @classmethod
    def parse(cls, text: str) -> Platform:
        """Return the platform that ``text`` names; the usual other names (``x86_64``, ``aarch64``, ``armhf``) are understood.

        Raises:
            ValueError: it is not ``os/arch`` or ``os/arch/variant``.
        """
        parts = text.lower().split("/")
        if len(parts) not in (2, 3) or not all(parts):
            raise ValueError(f"{text!r} is not a platform: 'linux/amd64' or 'linux/arm/v7' is")
        return cls.of(*parts)

    @classmethod
    def of(cls, os: str, architecture: str, variant: str = "") -> Platform:
        """Return the platform in one spelling for each meaning, as containerd does: ``arm64/v8`` is ``arm64``, ``arm`` is ``arm/v7``."""
        architecture, variant = _ALIASES.get((architecture, ""), (architecture, variant))
        if (architecture, variant) in (("arm64", "v8"), ("arm64", "8"), ("amd64", "v1")):
            variant = ""
        if architecture == "arm":
            variant = f"v{variant.removeprefix('v') or 7}"
        return cls(os, architecture, variant)


_ALIASES = {
    ("x86_64", ""): ("amd64", ""),
    ("x86-64", ""): ("amd64", ""),
    ("aarch64", ""): ("arm64", ""),
    ("armhf", ""): ("arm", "v7"),
    ("armel", ""): ("arm", "v6"),
    ("i386", ""): ("386", ""),
}
