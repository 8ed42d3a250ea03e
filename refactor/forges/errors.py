"""What can go wrong with a forge, as values: expected outcomes, each with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import final


class ForgeReason(StrEnum):
    """Kinds of failure. The value is the stable name."""

    CONFIG = "config"
    """The settings, the environment or the remote don't say which forge, project or base URL."""
    NO_TOKEN = "no-token"
    UNAUTHORIZED = "unauthorized"
    """The token is wrong, expired or revoked."""
    FORBIDDEN = "forbidden"
    """The token is good, but not for this."""
    NOT_FOUND = "not-found"
    ARCHIVED = "archived"
    EXISTS = "exists"
    """There is one already: another run was faster."""
    REFUSED = "refused"
    """The forge understood the request and will not do it (409, 422)."""
    TOO_LONG = "too-long"
    RATE_LIMITED = "rate-limited"
    UNAVAILABLE = "unavailable"
    """The forge answered with 5xx."""
    UNREACHABLE = "unreachable"
    """No connection, or no whole answer in time."""
    NOT_API = "not-api"
    """A web page or a redirect where the API should be."""
    BAD_ANSWER = "bad-answer"
    """JSON, but not what the forge's description promises."""

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed later, with nothing changed by a person."""
        return self in _PASSING


_PASSING = frozenset({ForgeReason.RATE_LIMITED, ForgeReason.UNAVAILABLE, ForgeReason.UNREACHABLE, ForgeReason.EXISTS})


@final
@dataclass(frozen=True, slots=True)
class ForgeError:
    """Why something was not done. ``text`` is what happened, ``advice`` what a person can do; neither holds a secret.

    ``status`` is that of the HTTP answer, 0 where there was none.
    """

    reason: ForgeReason
    text: str
    advice: str = ""
    status: int = 0

    def __str__(self) -> str:
        return f"{self.text}; {self.advice}" if self.advice else self.text
