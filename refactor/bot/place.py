"""Where the bot works: a repository, its remote, the forge that the remote is on, and the base branch there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from refactor.delivery.push import fetch, remote_branches
from refactor.delivery.remote import Login, Rejected, Remote, Why, push_url
from refactor.delivery.repository import GitRepository
from refactor.forges.client import client_for
from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.gitea import Gitea
from refactor.forges.github import GitHub
from refactor.forges.gitlab import GitLab
from refactor.forges.http import Transport
from refactor.forges.model import Project
from refactor.forges.remote import Location, RemoteUrl, locate, parse_remote
from refactor.forges.settings import ForgeSettings
from refactor.forges.tokens import JOB_TOKEN_LIMITS, Token, find_token, git_user

Client = GitHub | GitLab | Gitea

Connect = Callable[[Location, Token], Client]
"""Makes the client of a project."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the bot can't work at all. ``usage``: what it was told is wrong, rather than what it met."""

    text: str
    usage: bool = False


@dataclass(slots=True)
class Place:
    """Attributes:
    name: what the remote is called, for commands that a person can copy.
    base: the branch that pull requests go into, at ``commit``.
    branches: of the remote, with their commits, as they were when last asked.
    fetched: commits that are in the object database.
    """

    repository: GitRepository
    remote: Remote
    name: str
    forge: Client
    project: Project
    base: str
    commit: str
    branches: Mapping[str, str]
    fetched: set[str] = field(default_factory=set)

    def refresh(self) -> Rejected | None:
        """Ask anew which branches there are."""
        found = remote_branches(self.remote)
        if isinstance(found, Rejected):
            return found
        self.branches = found.branches
        return None

    def have(self, branch: str) -> str | Rejected | None:
        """A branch's commit, fetched; None if there is no such branch."""
        commit = self.branches.get(branch)
        if commit is None or commit in self.fetched:
            return commit
        found = fetch(self.remote, [branch])
        if isinstance(found, Rejected):
            return None if found.reason is Why.GONE else found
        self.fetched.add(found[branch])
        self.branches = {**self.branches, branch: found[branch]}
        return found[branch]


def connected(location: Location, token: Token, env: Mapping[str, str]) -> Client:
    return client_for(Transport(location, token, env=env))


def open_place(
    repository: GitRepository, name: str, settings: ForgeSettings, base: str, prefix: str, env: Mapping[str, str], connect: Connect | None
) -> Place | Trouble:
    """Find the forge, ask it about the project, and fetch the base branch and the bot's own. Nothing is changed, and no ref moves."""
    url = push_url(repository, name)
    if isinstance(url, Rejected):
        return Trouble(f"--remote: {url.text}", usage=True)
    location = locate(url, settings, env)
    if isinstance(location, ForgeError):
        return Trouble(str(location), usage=True)
    token = find_token(location, settings, env)
    if isinstance(token, ForgeError):
        return Trouble(str(token))
    if token.is_job_token:
        return Trouble(JOB_TOKEN_LIMITS)
    forge = connect(location, token) if connect is not None else connected(location, token, env)
    project = forge.project()
    if isinstance(project, ForgeError):
        return Trouble(str(project))
    trouble = _unusable(project, location)
    if trouble is not None:
        return trouble
    remote = open_remote(repository, name, url, location, token, insecure=settings.insecure_credentials)
    return _at_base(Place(repository, remote, name, forge, project, base or project.default_branch, "", {}), prefix)


def _unusable(project: Project, location: Location) -> Trouble | None:
    if project.archived:
        return Trouble(f"{project.path} is archived and takes no changes; un-archive it on {location.host}, or leave it out of the bot")
    if project.may_push is False:
        reason = ForgeReason.FORBIDDEN
        text = f"the token may read {project.path}, but not write to it"
        return Trouble(str(ForgeError(reason, text, "give its owner a role that may push, or the token the right to write")))
    return None


def open_remote(repository: GitRepository, name: str, url: str, location: Location, token: Token, *, insecure: bool) -> Remote:
    """The remote with the token, where that is for its host: over ssh git has its own keys, and another host never sees the token."""
    parsed = parse_remote(url)
    same = isinstance(parsed, RemoteUrl) and parsed.is_http and parsed.host == location.host.partition(":")[0].lower()
    if not same:
        return Remote(repository, name)
    return Remote(repository, url, Login(git_user(location.kind, token), token.secret.reveal()), insecure=insecure)


def _at_base(place: Place, prefix: str) -> Place | Trouble:
    found = remote_branches(place.remote)
    if isinstance(found, Rejected):
        return Trouble(_git_trouble(place, found))
    if place.base not in found.branches:
        known = ", ".join(sorted(b for b in found.branches if not b.startswith(prefix))[:5])
        return Trouble(f"{place.project.path} has no branch {place.base}" + (f" (there are {known})" if known else ", nor any other"))
    own = [branch for branch in found.branches if branch.startswith(prefix)]
    commits = fetch(place.remote, [place.base, *own])
    if isinstance(commits, Rejected) and commits.reason is Why.GONE:  # one of them has just gone
        commits = fetch(place.remote, [place.base])
    if isinstance(commits, Rejected):
        return Trouble(_git_trouble(place, commits))
    branches = {**found.branches, **commits}
    return replace(place, commit=commits[place.base], branches=branches, fetched=set(commits.values()))


def _git_trouble(place: Place, rejected: Rejected) -> str:
    advice = {
        Why.NO_ACCESS: "; the token, or git's own login, may not read it",
        Why.UNREACHABLE: "; run again later, nothing was changed",
    }.get(rejected.reason, "")
    return f"{place.name} can't be fetched from: {rejected.text}{advice}"
