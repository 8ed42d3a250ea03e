"""A text that must not be shown: tokens. Whatever prints, logs or pickles it gets stars."""

from __future__ import annotations

import hmac
from typing import NoReturn

STARS = "***"


class Secret:
    """Holds a secret. Only :meth:`reveal` gives it, so a search for that word finds every place that uses one."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def hidden(self, text: str) -> str:
        """Return ``text`` with stars in place of the secret, for what others say: a forge may repeat what it was sent."""
        return text.replace(self._value, STARS) if self._value else text

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return f"Secret({STARS})"

    def __str__(self) -> str:
        return STARS

    def __format__(self, spec: str) -> str:
        return format(STARS, spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")
