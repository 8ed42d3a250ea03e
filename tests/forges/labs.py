"""A forge to try things on, and the client for it: make-believe ones on loopback. The real one is in ``real_gitea.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol, TypeVar

from refactor.forges.client import Forge, client_for
from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.http import Transport
from refactor.forges.model import NewPull, PullRequest
from refactor.forges.remote import Location
from refactor.forges.secret import Secret
from refactor.forges.settings import ForgeKind
from refactor.forges.tokens import Token
from refactor.registry.http import Session
from tests.forges.contract import checking, contract
from tests.forges.fake import Fake
from tests.forges.fake_gitea import FakeGitea
from tests.forges.fake_github import FakeGitHub
from tests.forges.fake_gitlab import FakeGitLab
from tests.forges.world import PERSON, PROJECT, TOKEN, FakeComment, World
from tests.support.lookups import Clock
from tests.support.scripted import Answer, Scripted, json_answer

T = TypeVar("T")

FAKES: Mapping[ForgeKind, Callable[[World], Fake]] = {
    ForgeKind.GITHUB: FakeGitHub,
    ForgeKind.GITLAB: FakeGitLab,
    ForgeKind.GITEA: FakeGitea,
}


class Lab(Protocol):
    """A project with a branch ``main``, a bot whose client this is, and a person."""

    client: Forge

    def transport_with(self, token: Token | None) -> Transport: ...

    def push(self, branch: str, content: str) -> str:
        """Put a commit with a file of this content on a branch, on top of main; return it. What was there is gone."""

    def delete(self, branch: str) -> None: ...

    def archive(self) -> None: ...

    def says(self, pull: PullRequest, body: str) -> None:
        """A comment of the person."""

    def merge(self, pull: PullRequest) -> None: ...

    def forked(self, branch: str) -> None:
        """Somebody opens a pull request from a fork's branch of this name."""


class FakeLab:
    """``problems`` are what the exchanges so far had against the forge's description."""

    def __init__(self, kind: ForgeKind, world: World, script: Scripted, fake: Fake) -> None:
        self.world, self.script, self.fake, self.clock = world, script, fake, Clock()
        self.problems: list[str] = []
        self.location = Location(kind, script.netloc, PROJECT, script.url + fake.prefix, script.url)
        self.transport = self.transport_with(Token(Secret(TOKEN), f"{kind.value.upper()}_TOKEN"))
        self.client: Forge = client_for(self.transport)

    def transport_with(self, token: Token | None) -> Transport:
        described = None if self.location.kind is ForgeKind.GITLAB else contract(self.location.kind)
        session = Session if described is None else checking(described, self.fake.prefix, self.problems)
        clock = self.clock
        return Transport(
            self.location,
            token,
            env={},
            session_factory=session,
            clock=clock.monotonic,
            now=clock.now,
            sleep=clock.sleep,
            jitter=lambda: 1.0,
            timeout=5,
        )

    def push(self, branch: str, content: str) -> str:
        return self.world.push(branch, content)

    def delete(self, branch: str) -> None:
        del self.world.branches[branch]

    def archive(self) -> None:
        self.world.archived = True

    def says(self, pull: PullRequest, body: str) -> None:
        self.world.pulls[pull.number - 1].comments.append(FakeComment(self.world.id(), body, PERSON))

    def merge(self, pull: PullRequest) -> None:
        self.world.pulls[pull.number - 1].state = "merged"

    def forked(self, branch: str) -> None:
        self.world.open(branch, "main", "theirs", "", author=PERSON, fork=True)


@contextmanager
def fake_lab(kind: ForgeKind) -> Iterator[FakeLab]:
    world = World()
    fake = FAKES[kind](world)
    with Scripted(fake) as script:
        world.url = script.url
        lab = FakeLab(kind, world, script, fake)
        yield lab
        lab.transport.close()
    assert not lab.problems, "\n".join(dict.fromkeys(lab.problems))


def opened(lab: Lab, head: str = "tfmod/pin-images", *, title: str = "Pin images", body: str = "text", draft: bool = False) -> PullRequest:
    """A pull request from a branch with one commit."""
    lab.push(head, "1")
    return ok(lab.client.create(NewPull(head, "main", title, body, draft)))


def ok(result: T | ForgeError) -> T:
    """The result of something that has to work."""
    assert not isinstance(result, ForgeError), result
    return result


def error(result: object, reason: ForgeReason) -> ForgeError:
    """The error of something that has to fail so."""
    assert isinstance(result, ForgeError) and result.reason is reason, result
    return result


def said(message: str, status: int, *headers: tuple[str, str]) -> Answer:
    """An error as all three forges write it."""
    return json_answer({"message": message}, *headers, status=status)
