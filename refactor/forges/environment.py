"""What a CI job's environment says about the forge that it runs for. Pure.

GitHub: "Variables reference". GitLab: "Predefined CI/CD variables reference". Gitea and Forgejo Actions set GitHub's names, and say
``GITEA_ACTIONS`` or ``FORGEJO_ACTIONS`` too; newer Forgejo runners also set ``FORGEJO_*``. Woodpecker: "Environment variables".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from refactor.forges.settings import ForgeKind, kind_named, web_url_problem


@dataclass(frozen=True, slots=True)
class CiForge:
    """``web`` and ``api`` are base URLs without a trailing slash; ``api`` and ``project`` are empty where the job does not say."""

    kind: ForgeKind | None
    web: str
    api: str
    project: str


def from_environment(env: Mapping[str, str]) -> CiForge | None:
    """The forge that the job runs for; None outside of the CI systems known here, or if what they say is no URL."""
    found = _found(env)
    if found is None or not found.web or web_url_problem(found.web):
        return None
    if found.api and (web_url_problem(found.api) or not _same_site(found)):
        return CiForge(found.kind, found.web, "", found.project)
    return found


def actions_prefix(env: Mapping[str, str]) -> str:
    """With which prefix the variables of an Actions runner begin; empty outside of one."""
    for prefix in ("FORGEJO", "GITEA"):
        if is_true(env, f"{prefix}_ACTIONS"):
            return prefix if env.get(f"{prefix}_SERVER_URL") else "GITHUB"
    return "GITHUB" if is_true(env, "GITHUB_ACTIONS") else ""


def is_true(env: Mapping[str, str], name: str) -> bool:
    return env.get(name, "").lower() in ("true", "1")


def _found(env: Mapping[str, str]) -> CiForge | None:
    if prefix := actions_prefix(env):
        gitea = is_true(env, "GITEA_ACTIONS") or is_true(env, "FORGEJO_ACTIONS")
        kind = ForgeKind.GITEA if gitea else ForgeKind.GITHUB
        return CiForge(kind, _url(env, f"{prefix}_SERVER_URL"), _url(env, f"{prefix}_API_URL"), env.get(f"{prefix}_REPOSITORY", ""))
    if is_true(env, "GITLAB_CI"):
        return CiForge(ForgeKind.GITLAB, _url(env, "CI_SERVER_URL"), _url(env, "CI_API_V4_URL"), env.get("CI_PROJECT_PATH", ""))
    if env.get("CI_FORGE_URL"):
        return CiForge(kind_named(env.get("CI_FORGE_TYPE", "")), _url(env, "CI_FORGE_URL"), "", env.get("CI_REPO", ""))
    return None


def _url(env: Mapping[str, str], name: str) -> str:
    return env.get(name, "").strip().rstrip("/")


def _same_site(found: CiForge) -> bool:
    """Whether the API's host is the forge's own, or ``api.`` before it."""
    web, api = urlsplit(found.web), urlsplit(found.api)
    return web.scheme == api.scheme and api.netloc.lower() in (web.netloc.lower(), f"api.{web.netloc.lower()}")
