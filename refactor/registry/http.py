"""What every use of ``requests`` here needs: sessions that leave redirects to us, origins, and the cause of a failure in words."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import SplitResult

import requests

from refactor.registry.proxies import proxies_for


class Session(requests.Session):
    """Leaves redirects alone. Told not to follow them, ``requests`` would still read all of their bodies and parse where they lead."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        del resp


def isolate(session: requests.Session, netloc: str, env: Mapping[str, str]) -> None:
    """Let a session to ``netloc`` know nothing of this machine but the proxies in ``env``: no ~/.netrc, no cookies."""
    session.trust_env = False  # else requests adds what ~/.netrc has for the host
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.proxies = proxies_for(netloc, env)


def origin(parts: SplitResult) -> tuple[str, str]:
    """RFC 6454 section 4, with the port that the scheme implies left out."""
    netloc = parts.netloc.rpartition("@")[2].lower()
    default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return parts.scheme, netloc.removesuffix(default) if default else netloc


def cause(error: BaseException) -> str:
    """What the operating system said, found below the layers of the HTTP libraries."""
    at: BaseException | None = error
    for _ in range(10):
        if at is None:
            break
        if isinstance(at, OSError) and not isinstance(at, requests.exceptions.RequestException) and at.strerror:
            return at.strerror
        reason = next((arg for arg in (getattr(at, "reason", None), *at.args) if isinstance(arg, BaseException)), None)
        at = reason or at.__cause__ or at.__context__
    return "the connection failed"
