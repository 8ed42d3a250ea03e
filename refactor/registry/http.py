"""What every use of ``requests`` here needs: sessions that leave redirects to us, and the cause of a failure in words."""

from __future__ import annotations

import requests


class Session(requests.Session):
    """Leaves redirects alone. Told not to follow them, ``requests`` would still read all of their bodies and parse where they lead."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        del resp


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
