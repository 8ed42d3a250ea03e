"""What a codemod may ask of the outside world: plain protocols and values, so that a codemod can be tested without any of it.

The run builds one :class:`Services` and hands it to every codemod. Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal, Protocol

from refactor.reasons import Reason

if TYPE_CHECKING:
    from refactor.metrics.usage import UsageSource
    from refactor.registry.reference import Reference

Kind = Literal["index", "manifest"]
"""``index``: a list of manifests, one for each platform. ``manifest``: one image."""

Source = Literal["registry", "cache", "lock"]

Progress = Callable[[int, int], None]
"""Called with (done, total); total does not change during one call."""


@dataclass(frozen=True, slots=True)
class Pin:
    """What a reference stands for at this moment.

    ``digest`` is ``sha256:`` and 64 hex digits: the digest of the *tag*, also where the reference carries a digest of its own. ``version``
    is an exact tag that was seen to have this digest, or the tag itself when that is exact; where it is None, ``no_version`` says why.
    ``source`` says who knew.
    """

    digest: str
    kind: Kind
    version: str | None
    no_version: str
    source: Source


@dataclass(frozen=True, slots=True)
class DigestKind:
    """What an existing digest is. ``platform`` (``os/arch`` or ``os/arch/variant``) is None for an index, and where an image names none."""

    kind: Kind
    platform: str | None


@dataclass(frozen=True, slots=True)
class Unresolved:
    """No answer, and why. ``detail`` is for people; it never holds a credential or a URL's query."""

    reason: Reason
    detail: str


class Images(Protocol):
    """Look-ups of container images. Both calls answer for every reference given, and ask a registry once for each distinct one."""

    def pin(
        self,
        references: Collection[Reference],
        *,
        platform: str | None = None,
        version: bool = True,
        progress: Progress | None = None,
    ) -> dict[Reference, Pin | Unresolved]:
        """Return the digest that each reference's tag has now (``latest`` where it has neither tag nor digest).

        ``platform`` (``linux/arm64``, ``linux/arm/v7``) asks for the digest of that platform's own manifest instead of the index.
        ``version`` also looks for an exact tag with the same digest, for tags that are not exact themselves.
        """
        ...

    def kinds(self, references: Collection[Reference], *, progress: Progress | None = None) -> dict[Reference, DigestKind | Unresolved]:
        """Return what the digest that each reference carries is: an index, or one platform's manifest. The tag is not looked at.

        Raises:
            ValueError: a reference has no digest.
        """
        ...


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one run. ``now`` gives the time with its zone; tests hand in a fixed one.

    ``usage`` knows what containers were measured to use; it is there only for codemods that say that they ask it
    (:attr:`refactor.codemod.Codemod.measures`), and None where the run has neither a server nor a saved file to ask.
    """

    images: Images
    now: Callable[[], datetime] = field(default=_now)
    usage: UsageSource | None = None

    @property
    def today(self) -> date:
        return self.now().date()
