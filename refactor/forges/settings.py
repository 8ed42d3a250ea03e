"""The table ``[forge]`` of ``tfmod.toml``, for what the remote and the environment don't say::

[forge]
type = "gitea"                          # github, gitlab, gitea (Forgejo too)
url = "https://git.example.com/gitea"   # the web base URL; the API's is derived from it
project = "team/infra"
token_env = "BOT_TOKEN"                 # the variable that holds the token
insecure_credentials = false            # send the token over plain http to another machine
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from refactor.forges.errors import ForgeError, ForgeReason


class ForgeKind(StrEnum):
    """Whose API a forge speaks. Forgejo speaks Gitea's."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GITEA = "gitea"

    @property
    def label(self) -> str:
        return {"github": "GitHub", "gitlab": "GitLab", "gitea": "Gitea"}[self.value]


@dataclass(frozen=True, slots=True)
class ForgeSettings:
    """What ``[forge]`` says; empty where it says nothing. ``url`` has no trailing slash."""

    kind: ForgeKind | None = None
    url: str = ""
    project: str = ""
    token_env: str = ""
    insecure_credentials: bool = False


_KINDS = {"github": ForgeKind.GITHUB, "gitlab": ForgeKind.GITLAB, "gitea": ForgeKind.GITEA, "forgejo": ForgeKind.GITEA}
_TEXTS = ("type", "url", "project", "token_env")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_PROJECT = re.compile(r"[^/\s?#%\\]+(?:/[^/\s?#%\\]+)+")


def kind_named(name: str) -> ForgeKind | None:
    """The kind with this name, in any case: ``forgejo`` is Gitea's."""
    return _KINDS.get(name.lower())


def load_settings(table: Mapping[str, object]) -> ForgeSettings | ForgeError:
    """Read ``[forge]``; an unknown setting or a wrong type is an error (``CONFIG``) that names it."""
    values: dict[str, str] = {}
    for name, value in table.items():
        if name in _TEXTS:
            if not isinstance(value, str):
                return _wrong(f"forge.{name} must be a string")
            values[name] = value.strip()
        elif name != "insecure_credentials":
            return _wrong(f"forge.{name} is no setting ({', '.join(_TEXTS)}, insecure_credentials)")
    insecure = table.get("insecure_credentials", False)
    if not isinstance(insecure, bool):
        return _wrong("forge.insecure_credentials must be true or false")
    kind = kind_named(values.get("type", ""))
    if values.get("type") and kind is None:
        return _wrong(f"forge.type: {values['type']!r} is none of github, gitlab, gitea")
    url = values.get("url", "").rstrip("/")
    if url and (problem := web_url_problem(url)):
        return _wrong(f"forge.url: {problem}")
    project = values.get("project", "").strip("/").removesuffix(".git")
    if project and not is_project(project):
        return _wrong(f"forge.project: {project!r} is no path such as 'team/infra'")
    variable = values.get("token_env", "")
    if variable and not _VARIABLE.fullmatch(variable):
        return _wrong("forge.token_env is the name of an environment variable, not the token itself")
    return ForgeSettings(kind, url, project, variable, insecure)


def is_project(path: str) -> bool:
    """Whether ``path`` can be a project's: two segments or more, none of them ``.`` or ``..``."""
    return _PROJECT.fullmatch(path) is not None and not {".", ".."} & set(path.split("/"))


def web_url_problem(url: str) -> str:
    """What keeps ``url`` from being a web base URL; empty if nothing does. The text has no credentials from it."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "it is no URL"
    if "@" in parts.netloc:
        return "leave credentials out of the URL; tokens come from the environment"
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        return f"{url!r} is no base URL such as 'https://git.example.com'"
    return ""


def _wrong(text: str) -> ForgeError:
    return ForgeError(ForgeReason.CONFIG, text)
