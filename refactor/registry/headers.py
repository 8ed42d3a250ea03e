"""The response headers that matter: challenges, links, waiting times, rate limits. Pure functions; bad headers give nothing, not errors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

_TCHARS = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_PARAMETER = re.compile(rf"[ \t]*({_TCHARS})[ \t]*=[ \t]*(?:{_QUOTED}|({_TCHARS})(?=[ \t]*(?:,|$)))[ \t]*(?:,|$)")
_SCHEME = re.compile(rf"[ \t,]*({_TCHARS})(?:[ \t]+|(?=,)|$)")
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*[ \t]*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge; ``scheme`` and the parameters' names are lower-case."""

    scheme: str
    parameters: dict[str, str] = field(default_factory=dict)


def challenges(header: str) -> list[Challenge]:
    """Read ``WWW-Authenticate``; several headers come joined by commas, which RFC 9110 section 5.3 allows.

    RFC 7235 section 4.1: "the field value might contain more than one challenge, and each challenge can contain a comma-separated list of
    authentication parameters". Reading stops at what fits no rule; what was read before it counts.
    """
    result: list[Challenge] = []
    at = 0
    while scheme := _SCHEME.match(header, at):
        at = scheme.end()
        parameters: dict[str, str] = {}
        while parameter := _PARAMETER.match(header, at):
            name, quoted, plain = parameter.groups()
            parameters.setdefault(name.lower(), plain if plain is not None else re.sub(r"\\(.)", r"\1", quoted))
            at = parameter.end()
        if not parameters and (token68 := _TOKEN68.match(header, at)) and header[scheme.end(1) : scheme.end(1) + 1] in (" ", "\t"):
            at = token68.end()
        result.append(Challenge(scheme[1].lower(), parameters))
    return result


def choose(offered: Sequence[Challenge]) -> Challenge | None:
    """Return the challenge to answer: Bearer if offered with a realm, else Basic."""
    for scheme in ("bearer", "basic"):
        for challenge in offered:
            if challenge.scheme == scheme and (scheme == "basic" or challenge.parameters.get("realm")):
                return challenge
    return None


_LINK = re.compile(r"[ \t,]*<([^>]*)>")
_LINK_PARAMETER = re.compile(rf"[ \t]*;[ \t]*(?:({_TCHARS})[ \t]*(?:=[ \t]*(?:{_QUOTED}|([^;,\"]*)))?)?")


def next_link(header: str) -> str | None:
    """Return the target of the link with relation ``next``, as it stands there (it may be relative), or None.

    RFC 8288 section 3: the parameters' names have no case, only the first ``rel`` of a link counts, and it may name several relations
    separated by blanks. distribution-spec, "Listing Tags": "the Link header MUST be set according to RFC 5988 with the Relation Type
    rel="next"".
    """
    at = 0
    while link := _LINK.match(header, at):
        at = link.end()
        relation: str | None = None
        while (parameter := _LINK_PARAMETER.match(header, at)) and parameter.end() > at:
            name, quoted, plain = parameter.groups()
            if name is not None and name.lower() == "rel" and relation is None:
                relation = quoted if quoted is not None else (plain or "")
            at = parameter.end()
        if relation is not None and "next" in relation.lower().split():
            return link[1].strip()
        comma = header.find(",", at)
        if comma == -1:
            return None
        at = comma
    return None


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that ``Retry-After`` asks to wait: "an HTTP-date or a number of seconds" (RFC 9110 section 10.2.3), or None."""
    text = value.strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What a registry says about its limit. ``window`` in seconds, 0 where it does not say."""

    remaining: int
    limit: int | None
    window: int


def rate_limit(remaining: str | None, limit: str | None) -> RateLimit | None:
    """Read ``ratelimit-remaining: 76;w=21600`` and ``ratelimit-limit: 100;w=21600``, as Docker Hub sends them; None without the first."""
    left = _quota(remaining)
    if left is None:
        return None
    most = _quota(limit)
    return RateLimit(left[0], most[0] if most else None, left[1] or (most[1] if most else 0))


def _quota(value: str | None) -> tuple[int, int] | None:
    match = re.fullmatch(r"\s*(\d{1,12})\s*(?:;\s*w=(\d{1,9}))?.*", value or "")
    return (int(match[1]), int(match[2] or 0)) if match else None


def redact(url: str) -> str:
    """Return ``url`` without credentials, query and fragment, for people to read."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
