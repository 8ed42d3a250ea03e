"""Where the forge of a repository is: from the git remote's URL, the environment of a CI job, and ``[forge]``. No I/O.

The host that will see a token is never decided by ``tfmod.toml`` alone: that file is part of the repository, so a pull request can change
it. It must be the remote's host, the CI server's, or the one that ``TFMOD_FORGE_URL`` names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from refactor.forges.environment import CiForge, from_environment
from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.settings import ForgeKind, ForgeSettings, is_project, web_url_problem
from refactor.registry.config import is_loopback

URL_VARIABLE = "TFMOD_FORGE_URL"

_SCP = re.compile(r"(?:[^@/\s]+@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:/\\\s@\[\]]+):(?P<path>.*)", re.DOTALL)
_SCHEMES = frozenset({"http", "https", "ssh", "git", "git+ssh", "ssh+git", "git+https", "git+http"})
_SSH_FRONTS = {"ssh.github.com": "github.com", "altssh.gitlab.com": "gitlab.com", "altssh.bitbucket.org": "bitbucket.org"}
"""Hosts that take ssh on port 443 for another one."""
_KNOWN = {"github.com": ForgeKind.GITHUB, "gitlab.com": ForgeKind.GITLAB, "codeberg.org": ForgeKind.GITEA, "gitea.com": ForgeKind.GITEA}
_BY_FIRST_LABEL = {"github": ForgeKind.GITHUB, "gitlab": ForgeKind.GITLAB, "gitea": ForgeKind.GITEA, "forgejo": ForgeKind.GITEA}
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


@dataclass(frozen=True, slots=True)
class RemoteUrl:
    """A git remote's URL, without user and password. ``port`` is None where it stands for the scheme's own; ``path`` has no ``.git``."""

    scheme: str
    host: str
    port: int | None
    path: str

    @property
    def is_http(self) -> bool:
        return self.scheme in ("http", "https")

    @property
    def origin(self) -> str:
        """Where its web pages are likely to be: the same place for http and https, else https at the host."""
        port = f":{self.port}" if self.port is not None and self.is_http else ""
        return f"{self.scheme if self.is_http else 'https'}://{self.host}{port}"


@dataclass(frozen=True, slots=True)
class Location:
    """One project on one forge.

    Attributes:
        host: of the web pages, with a port that is not the scheme's own: ``git.example.com:8443``.
        project: the full path, for GitLab with all groups: ``team/platform/infra``.
        api: base URL of the REST API, without a trailing slash; ``web`` is that of the forge's pages.
    """

    kind: ForgeKind
    host: str
    project: str
    api: str
    web: str

    @property
    def owner(self) -> str:
        return self.project.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.project.rpartition("/")[2]

    @property
    def project_url(self) -> str:
        return f"{self.web}/{quote(self.project)}"


def parse_remote(url: str) -> RemoteUrl | ForgeError:
    """Read a remote's URL as git does ("GIT URLS" in git-fetch(1)): ``https://host/path``, ``ssh://host:port/path``, ``host:path``.

    Give it what ``git remote get-url`` prints, where ``url.*.insteadOf`` is already applied. Errors don't repeat its credentials.
    """
    text = url.strip()
    if "://" in text:
        return _parse_url(text)
    scp = _SCP.fullmatch(text)
    if scp is None or len(scp["host"]) == 1:  # one letter is a drive of Windows
        return _wrong("the remote is a directory of this machine, not a forge")
    return _checked("ssh", scp["host"], None, scp["path"])


def _parse_url(text: str) -> RemoteUrl | ForgeError:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return _wrong("the remote's URL cannot be read")
    scheme = parts.scheme.lower()
    if scheme == "file":
        return _wrong("the remote is a directory of this machine, not a forge")
    if scheme not in _SCHEMES:
        return _wrong(f"the remote's scheme {scheme!r} is none that a forge speaks (https, ssh)")
    scheme = "ssh" if "ssh" in scheme else scheme.removeprefix("git+")
    return _checked(scheme, f"[{host}]" if ":" in host else host, port, parts.path)


def _checked(scheme: str, host: str, port: int | None, path: str) -> RemoteUrl | ForgeError:
    host = host.lower().rstrip(".")
    host = _SSH_FRONTS.get(host, host)
    if not _HOST.fullmatch(host):
        return _wrong("the remote's URL names no host")
    project = unquote(path).strip("/").removesuffix(".git").rstrip("/")
    if not is_project(project):
        return _wrong(f"the remote at {host} names no project such as 'owner/name'")
    default = {"http": 80, "https": 443, "ssh": 22}.get(scheme)
    return RemoteUrl(scheme, host, None if port == default else port, project)


def locate(remote: str | None, settings: ForgeSettings, env: Mapping[str, str]) -> Location | ForgeError:
    """Return the project that ``remote`` (a URL, None where there is no remote) stands for, or what is missing (``CONFIG``)."""
    parsed = parse_remote(remote) if remote else None
    ci = from_environment(env)
    known = parsed if isinstance(parsed, RemoteUrl) else None
    web = _web(known, ci, settings, env)
    if isinstance(web, ForgeError):
        return web
    if not web:
        return parsed if isinstance(parsed, ForgeError) else _wrong("there is no git remote", "add one, or set url and project in [forge]")
    here = ci if ci is not None and _host(ci.web) == _host(web) else None
    kind = settings.kind or (here.kind if here else None) or guess_kind(_host(web))
    if kind is None:
        return _wrong(
            f"nothing says what kind of forge {_host(web)} is", 'set type = "github", "gitlab" or "gitea" in [forge] of tfmod.toml'
        )
    if urlsplit(web).scheme == "http" and not is_loopback(_host(web)) and not settings.insecure_credentials:
        return _wrong(f"{_host(web)} would be asked over plain http", "use https, or set insecure_credentials = true in [forge]")
    project = settings.project or (_below(known.path, web) if known else "") or (here.project if here else "")
    if not is_project(project) or (kind is not ForgeKind.GITLAB and project.count("/") != 1):
        form = "group/subgroup/name" if kind is ForgeKind.GITLAB else "owner/name"
        return _wrong(f"{project!r} is no project of {kind.label}", f'set project = "{form}" in [forge]')
    api = here.api if here and here.api and here.kind is kind else api_url(kind, web)
    return Location(kind, _host(web), project, api, web)


def guess_kind(host: str) -> ForgeKind | None:
    """What a host is by its name: the public forges, ``*.ghe.com``, and ``gitlab.example.com`` and the like."""
    name = host.partition(":")[0]
    if name.endswith(".ghe.com"):
        return ForgeKind.GITHUB
    return _KNOWN.get(name) or (_BY_FIRST_LABEL.get(name.partition(".")[0]) if "." in name else None)


def api_url(kind: ForgeKind, web: str) -> str:
    """The REST API's base URL of a forge whose pages are at ``web``.

    GitHub: "Getting started with the REST API", for github.com, ``SUBDOMAIN.ghe.com`` (data residency) and Enterprise Server. GitLab:
    "REST API", "Using the API". Gitea: "API Usage".
    """
    if kind is ForgeKind.GITLAB:
        return f"{web}/api/v4"
    if kind is ForgeKind.GITEA:
        return f"{web}/api/v1"
    host = _host(web)
    if host == "github.com" or host.endswith(".ghe.com"):
        return f"https://api.{host}"
    return f"{web}/api/v3"


def _web(remote: RemoteUrl | None, ci: CiForge | None, settings: ForgeSettings, env: Mapping[str, str]) -> str | ForgeError:
    named = env.get(URL_VARIABLE, "").strip().rstrip("/")
    if named:
        problem = web_url_problem(named)
        return _wrong(f"{URL_VARIABLE}: {problem}") if problem else _normal(named)
    if settings.url:
        trusted = {remote.host} if remote else set()
        trusted |= {urlsplit(ci.web).hostname or ""} if ci else set()
        if urlsplit(settings.url).hostname not in trusted:
            other = f"the remote is at {remote.host}" if remote else "there is no remote that leads there"
            return _wrong(
                f"[forge] names {_host(settings.url)}, but {other}: a token would go where only a file of the repository says",
                f"set {URL_VARIABLE}={settings.url} in the environment if that is right",
            )
        return _normal(settings.url)
    if ci is not None and (remote is None or urlsplit(ci.web).hostname == remote.host):
        return _normal(ci.web)
    return _normal(remote.origin) if remote else ""


def _below(path: str, web: str) -> str:
    """A project's path on a forge that is served below a path itself: ``https://host/gitlab``."""
    prefix = urlsplit(web).path.strip("/")
    return path.removeprefix(f"{prefix}/") if prefix else path


def _normal(url: str) -> str:
    parts = urlsplit(url)
    default = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(default)}{parts.path.rstrip('/')}"


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _wrong(text: str, advice: str = "") -> ForgeError:
    return ForgeError(ForgeReason.CONFIG, text, advice)
