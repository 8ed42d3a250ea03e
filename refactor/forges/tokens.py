"""Which token is for a forge, and how the API and git are told it. Pure; tokens come from the environment only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from refactor.forges.environment import is_true
from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.remote import Location
from refactor.forges.secret import Secret
from refactor.forges.settings import ForgeKind, ForgeSettings

JOB_TOKEN = "CI_JOB_TOKEN"
JOB_TOKEN_LIMITS = (
    "GitLab gives a CI_JOB_TOKEN no access to create or change merge requests or their comments: set GITLAB_TOKEN to a project access "
    "token with the scopes api and write_repository, and the role Developer"
)
SCOPES = {
    ForgeKind.GITHUB: "a fine-grained token with Contents and Pull requests: read and write (Issues too, for labels), "
    "or in GitHub Actions `permissions: {contents: write, pull-requests: write, issues: write}`",
    ForgeKind.GITLAB: "a project access token with the scopes api and write_repository, and the role Developer",
    ForgeKind.GITEA: "a token with write:repository and write:issue, and read:user",
}
"""What a token has to be good for."""

_SENDABLE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A token, and the variable that it came from."""

    secret: Secret
    source: str

    @property
    def is_job_token(self) -> bool:
        return self.source == JOB_TOKEN


def find_token(location: Location, settings: ForgeSettings, env: Mapping[str, str]) -> Token | ForgeError:
    """The token for ``location``: ``token_env`` where that is set, else the first of the forge's usual variables.

    What an Actions runner or a GitLab job sets is used for its own server alone.
    """
    names = [settings.token_env] if settings.token_env else list(_usual(location, env))
    for name in names:
        value = env.get(name, "").strip()
        if not value:
            continue
        if not _SENDABLE.fullmatch(value):
            return ForgeError(ForgeReason.NO_TOKEN, f"{name} holds characters that no token has", "set it to the token alone, on one line")
        return Token(Secret(value), name)
    wanted = names or list(_ENTERPRISE)
    return ForgeError(
        ForgeReason.NO_TOKEN,
        f"there is no token for {location.host}",
        f"set {' or '.join(n for n in wanted if n != JOB_TOKEN)} to {SCOPES[location.kind]}",
    )


_ENTERPRISE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")


def _usual(location: Location, env: Mapping[str, str]) -> Iterator[str]:
    """As the forges' own tools look for them: ``gh help environment``, glab's and tea's documentation."""
    server = _netloc(env.get("GITHUB_SERVER_URL", ""))
    if location.kind is ForgeKind.GITHUB:
        public = location.host == "github.com" or location.host.endswith(".ghe.com")
        if not public:
            yield from _ENTERPRISE
        if server == location.host or (public and not server):
            yield from ("GH_TOKEN", "GITHUB_TOKEN")
        elif public:
            yield "GH_TOKEN"
    elif location.kind is ForgeKind.GITLAB:
        yield "GITLAB_TOKEN"
        if _netloc(env.get("CI_SERVER_URL", "")) == location.host:
            yield JOB_TOKEN
    else:
        yield from ("GITEA_TOKEN", "FORGEJO_TOKEN")
        if server == location.host and (is_true(env, "GITEA_ACTIONS") or is_true(env, "FORGEJO_ACTIONS")):
            yield "GITHUB_TOKEN"


def api_headers(kind: ForgeKind, token: Token) -> dict[str, str]:
    """What authenticates a request to the API."""
    value = token.secret.reveal()
    if token.is_job_token:
        return {"JOB-TOKEN": value}
    return {"Authorization": f"{'token' if kind is ForgeKind.GITEA else 'Bearer'} {value}"}


def git_user(kind: ForgeKind, token: Token) -> str:
    """The user name that goes with the token, as the password, where git asks over http(s). Gitea takes any."""
    if token.is_job_token:
        return "gitlab-ci-token"
    return {ForgeKind.GITHUB: "x-access-token", ForgeKind.GITLAB: "oauth2", ForgeKind.GITEA: "tfmod"}[kind]


def _netloc(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
