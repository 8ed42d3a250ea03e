"""What the three clients share: requests whose answers are read field by field."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.fields import Unusable
from refactor.forges.http import Query, Transport
from refactor.forges.model import Branch, Limits, NewPull, PullRequest, length
from refactor.forges.remote import Location

T = TypeVar("T")

_UNKNOWN = (ForgeReason.NOT_FOUND, ForgeReason.REFUSED)


class RestClient(ABC):
    """Base of the clients. Close ``http`` when done."""

    limits: Limits

    def __init__(self, http: Transport) -> None:
        self.http = http
        self._user: str | None = None

    @property
    def location(self) -> Location:
        return self.http.location

    def user(self) -> str | ForgeError:
        """The login that the token acts as; asked once."""
        if self._user is None:
            found = self._asked_user()
            if isinstance(found, ForgeError):
                return found
            self._user = found
        return self._user

    @abstractmethod
    def _asked_user(self) -> str | ForgeError:
        """The login, from the forge."""

    def _one(
        self, read: Callable[[object], T], method: str, path: str, *, query: Query | None = None, body: Mapping[str, object] | None = None
    ) -> T | ForgeError:
        answer = self.http.send(method, path, query=query, body=body)
        if isinstance(answer, ForgeError):
            return answer
        try:
            return read(answer.content)
        except Unusable as error:
            return self.http.unusable(f"{method} {path}", error)

    def _all(self, read: Callable[[object], T], path: str, query: Query | None = None, *, most: int = 100) -> tuple[T, ...] | ForgeError:
        found = self.http.pages(path, query, most=most)
        if isinstance(found, ForgeError):
            return found
        try:
            return tuple(read(entry) for entry in found)
        except Unusable as error:
            return self.http.unusable(f"GET {path}", error)

    def _write(self, read: Callable[[object], T], method: str, path: str, body: Mapping[str, object]) -> T | ForgeError:
        """Send something to be written, unless it is known that the forge won't take it: its own words for that are poor."""
        barred = self._barred(body)
        return barred if barred is not None else self._one(read, method, path, body=body)

    def _done(self, method: str, path: str, body: Mapping[str, object]) -> ForgeError | None:
        """The same, for what is answered with nothing new."""
        result = self._write(identity, method, path, body)
        return result if isinstance(result, ForgeError) else None

    def _asked(self, path: str, reviewers: Sequence[str]) -> ForgeError | None:
        """Ask for reviews, as GitHub and Gitea take it: people and teams apart. Both refuse all for one whom they don't know."""
        refused = self._ask_for(path, reviewers)
        if refused is None or refused.reason not in _UNKNOWN:
            return refused
        unknown: list[str] = []
        for name in reviewers:
            error = self._ask_for(path, [name]) if len(reviewers) > 1 else refused
            if error is not None and error.reason not in _UNKNOWN:
                return error
            unknown += [name] if error is not None else []
        text = f"{self.location.host} can ask nobody of that name: {', '.join(unknown)}"
        return ForgeError(ForgeReason.REFUSED, text, "is it right, and may they see the project?", refused.status) if unknown else None

    def _ask_for(self, path: str, reviewers: Sequence[str]) -> ForgeError | None:
        people = [name for name in reviewers if "/" not in name]
        teams = [name.rpartition("/")[2] for name in reviewers if "/" in name]
        return self._done("POST", path, {"reviewers": people, "team_reviewers": teams}) if reviewers else None

    @abstractmethod
    def branch(self, name: str) -> Branch | ForgeError: ...

    def _made(self, made: PullRequest | ForgeError, new: NewPull) -> PullRequest | ForgeError:
        """What :meth:`create` returns. The forges' words for a branch that is gone are "not found" or "invalid"."""
        if isinstance(made, ForgeError) and made.reason in (ForgeReason.NOT_FOUND, ForgeReason.REFUSED):
            for name in (new.base, new.head):
                found = self.branch(name)
                if isinstance(found, ForgeError) and found.reason is ForgeReason.NOT_FOUND:
                    text = f"{self.location.host} has no branch {name}"
                    return ForgeError(ForgeReason.REFUSED, text, "is it still there, and is it the right name?", made.status)
        return made

    def _barred(self, body: Mapping[str, object]) -> ForgeError | None:
        return next((error for key in ("body", "description") if (error := self._too_long(body.get(key)))), None)

    def _too_long(self, body: object) -> ForgeError | None:
        most = self.limits.body
        if not isinstance(body, str) or not most or length(body) <= most:
            return None
        text = f"the text has {length(body):,} characters, and {self.location.host} takes {most:,}"
        return ForgeError(ForgeReason.TOO_LONG, text)


def identity(value: object) -> object:
    return value
