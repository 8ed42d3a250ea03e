"""One interface to all forges, and how a client for a project is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from refactor.forges.errors import ForgeError
from refactor.forges.gitea import Gitea
from refactor.forges.github import GitHub
from refactor.forges.gitlab import GitLab
from refactor.forges.http import Transport
from refactor.forges.model import Branch, Comment, InlineComment, Limits, NewPull, Note, Project, PullRequest
from refactor.forges.remote import Location, locate
from refactor.forges.settings import ForgeKind, ForgeSettings
from refactor.forges.tokens import find_token


class Forge(Protocol):
    """One project on a forge. Nothing here raises for what a forge may answer: errors are values.

    What is listed are pull requests from branches of the project itself: one from a fork, whose branch may have any name, is never there.
    """

    limits: Limits

    @property
    def location(self) -> Location: ...

    def close(self, pull: PullRequest, *, body: str | None = None) -> PullRequest | ForgeError: ...

    def user(self) -> str | ForgeError:
        """The login that the token acts as."""

    def project(self) -> Project | ForgeError: ...

    def branch(self, name: str) -> Branch | ForgeError:
        """A branch as the forge sees it (``NOT_FOUND``: there is none)."""

    def find(self, head: str) -> Sequence[PullRequest] | ForgeError:
        """All pull requests from a branch, open or not, newest first."""

    def pull(self, number: int) -> PullRequest | ForgeError:
        """One by its number: the only way to one from a fork."""

    def open_pulls(self) -> Sequence[PullRequest] | ForgeError: ...

    def create(self, new: NewPull) -> PullRequest | ForgeError:
        """``EXISTS``: there is an open one from that branch into that base."""

    def update(
        self, pull: PullRequest, *, title: str | None = None, body: str | None = None, draft: bool | None = None, base: str | None = None
    ) -> PullRequest | ForgeError: ...

    def reopen(self, pull: PullRequest) -> PullRequest | ForgeError: ...

    def comments(self, pull: PullRequest) -> Sequence[Comment] | ForgeError: ...

    def comment(self, pull: PullRequest, body: str) -> Comment | ForgeError: ...

    def edit_comment(self, pull: PullRequest, comment: Comment, body: str) -> Comment | ForgeError: ...

    def label(self, pull: PullRequest, labels: Sequence[str]) -> ForgeError | None:
        """Add labels, and make those that are missing."""

    def assign(self, pull: PullRequest, logins: Sequence[str]) -> ForgeError | None: ...

    def request_review(self, pull: PullRequest, reviewers: Sequence[str]) -> ForgeError | None:
        """Ask people (``login``) and, where the forge has them, teams (``org/team``)."""

    def review(self, pull: PullRequest, commit: str, body: str, notes: Sequence[Note]) -> ForgeError | None: ...

    def inline_comments(self, pull: PullRequest) -> Sequence[InlineComment] | ForgeError: ...

    def edit_inline(self, pull: PullRequest, comment: InlineComment, note: Note) -> ForgeError | None: ...


def client_for(http: Transport) -> GitHub | GitLab | Gitea:
    """The client for the project that a transport is for."""
    match http.location.kind:
        case ForgeKind.GITHUB:
            return GitHub(http)
        case ForgeKind.GITLAB:
            return GitLab(http)
        case ForgeKind.GITEA:
            return Gitea(http)


def open_forge(remote: str | None, settings: ForgeSettings, env: Mapping[str, str]) -> GitHub | GitLab | Gitea | ForgeError:
    """A client for the project behind a git remote's URL, with the token that the environment has for it."""
    location = locate(remote, settings, env)
    if isinstance(location, ForgeError):
        return location
    token = find_token(location, settings, env)
    return token if isinstance(token, ForgeError) else client_for(Transport(location, token, env=env))


def comment_once(forge: Forge, pull: PullRequest, marker: str, text: str, *, edit: bool = True) -> Comment | ForgeError:
    """Have exactly one comment with ``marker`` (see :func:`refactor.forges.marker.comment_marker`) by the token's own user.

    One that is there is edited to say ``text`` if it says something else; with ``edit`` False it stays as it is. Somebody else's comment
    that quotes the marker does not count.
    """
    own = own_comments(forge, pull, marker)
    if isinstance(own, ForgeError):
        return own
    body = f"{marker}\n{text}"
    if not own:
        return forge.comment(pull, body)
    return own[0] if not edit or own[0].body == body else forge.edit_comment(pull, own[0], body)


def own_comments(forge: Forge, pull: PullRequest, marker: str) -> list[Comment] | ForgeError:
    """The comments that begin with a marker and are by the token's own user, in the forge's order."""
    me = forge.user()
    if isinstance(me, ForgeError):
        return me
    comments = forge.comments(pull)
    if isinstance(comments, ForgeError):
        return comments
    return [comment for comment in comments if comment.body.startswith(marker) and comment.author.lower() == me.lower()]
