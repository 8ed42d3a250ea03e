"""What a forge's answer means where it is no success, and what a person can do about it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.remote import Location
from refactor.forges.tokens import JOB_TOKEN_LIMITS, SCOPES, Token
from refactor.registry.headers import retry_after

_MOST_SAID = 300
_SECONDARY = 60.0
"""Seconds. GitHub, "Rate limits for the REST API": without other word, "wait for at least one minute before retrying"."""
_PAGE = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)
_ARCHIVED = re.compile(r"\b(?:is|was|been|are) archived\b")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. ``headers`` finds names in any case; ``content`` is the JSON (None where there is none); ``where`` is the URL that
    was asked, without its query; ``page``: it is a web page."""

    status: int
    headers: Mapping[str, str]
    content: object
    where: str
    page: bool = False

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


def is_page(content_type: str, raw: bytes) -> bool:
    """Whether an answer is a page for people: a proxy's login, a gateway's error, the forge's own pages."""
    return content_type.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml") or _PAGE.match(raw) is not None


def not_api(location: Location, where: str, what: str) -> ForgeError:
    return ForgeError(
        ForgeReason.NOT_API,
        f"{where} {what}, where {location.kind.label}'s API was expected",
        "a proxy's login page may stand in between, or the base URL is wrong: see url and type in [forge]",
    )


def seconds_to_wait(answer: Answer, now: datetime) -> float | None:
    """How long the forge asks to wait; 0 where it does not say how long; None if it is about no limit.

    GitHub, "Rate limits for the REST API": 403 or 429; ``Retry-After`` first, then ``X-RateLimit-Reset`` if ``X-RateLimit-Remaining`` is 0,
    else a minute. GitLab: 429 with ``Retry-After`` and ``RateLimit-Reset``. Both resets are in Unix time by the forge's clock, so they are
    compared with its own ``Date``.
    """
    headers = answer.headers
    asked = retry_after(headers.get("Retry-After", ""), now)
    used_up = headers.get("X-RateLimit-Remaining", headers.get("RateLimit-Remaining", "")).strip() == "0"
    limited = answer.status == 429 or (answer.status == 403 and (asked is not None or used_up or "rate limit" in message(answer).lower()))
    if not limited:
        return asked if answer.status == 503 else None
    if asked is not None:
        return asked
    reset = headers.get("X-RateLimit-Reset", headers.get("RateLimit-Reset", "")).strip()
    if used_up and reset.isdecimal():
        return max(1.0, float(reset) - _date(headers.get("Date", ""), now).timestamp() + 1.0)
    return _SECONDARY if answer.status == 403 else 0.0


def when(seconds: float, now: datetime) -> str:
    """``for another 12 min (until 14:07 UTC)``; empty for 0."""
    if not seconds:
        return "for now"
    until = (now + timedelta(seconds=seconds)).astimezone(UTC)
    span = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
    return f"for another {span} (until {until:%H:%M} UTC)"


def message(answer: Answer) -> str:
    """What the forge said, in one line without control characters, 300 characters at most."""
    text = "; ".join(dict.fromkeys(part for part in _parts(answer.content) if part))
    clean = " ".join(_CONTROL.sub(" ", text).split())
    return clean if len(clean) <= _MOST_SAID else clean[: _MOST_SAID - 1] + "…"


def _parts(content: object, depth: int = 0) -> Iterator[str]:
    """GitHub: message and errors (texts, or field and code); GitLab: message (text, list, or lists by field) or error; Gitea: message."""
    if depth > 3:
        return
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for entry in content[:5]:
            yield from _parts(entry, depth + 1)
    elif isinstance(content, dict) and "field" in content and "message" not in content:
        yield f"{content['field']}: {content.get('code', 'invalid')}"
    elif isinstance(content, dict):
        known = [content[key] for key in ("message", "error", "error_description", "errors") if key in content]
        for value in known:
            yield from _parts(value, depth + 1)
        if not known:  # GitLab's lists by field
            yield from (f"{name} {text}" for name, value in content.items() if isinstance(value, list) for text in _parts(value, depth + 1))


def explain(answer: Answer, location: Location, token: Token | None) -> ForgeError:
    """The error for an answer that is neither a success nor a rate limit."""
    said = message(answer)
    reason, text, advice = _meaning(answer, location, token, said)
    full = f"{text}: {said}" if said else text
    secret = token.secret if token else None
    return ForgeError(reason, secret.hidden(full) if secret else full, advice, answer.status)


def _meaning(answer: Answer, location: Location, token: Token | None, said: str) -> tuple[ForgeReason, str, str]:
    host, lower, project = location.host, said.lower(), location.project
    if answer.status == 423 or _ARCHIVED.search(lower):
        return ForgeReason.ARCHIVED, f"{project} is archived and takes no changes", f"un-archive it on {host}, or leave it out of the bot"
    if answer.page and answer.status < 500 and answer.status != 404:
        wrong = not_api(location, answer.where, f"answers {answer.status} with a web page")
        return wrong.reason, wrong.text, wrong.advice
    if answer.status == 401:
        return _unauthorized(location, token)
    if answer.status == 403:
        return ForgeReason.FORBIDDEN, f"{host} refuses this to {_named(token)}", _scope_advice(answer, location, token, lower)
    if answer.status in (404, 410):
        advice = f"look at the git remote and [forge]; {_named(token)} must be allowed to see it: {SCOPES[location.kind]}"
        return ForgeReason.NOT_FOUND, f"{answer.where} is not there, or not for {_named(token)}", advice
    if answer.status == 413 or (answer.status in (400, 422) and "too long" in lower):
        return ForgeReason.TOO_LONG, f"{host} finds the text too long", ""
    if answer.status in (409, 422) and "already exist" in lower:
        return ForgeReason.EXISTS, f"{host} has one already", "another run was faster; run again"
    if answer.status >= 500:
        return ForgeReason.UNAVAILABLE, f"{host} answers with an error ({answer.status})", "run again later; what is done already stays"
    return ForgeReason.REFUSED, f"{host} refuses the request ({answer.status})", _refused_advice(lower)


def _unauthorized(location: Location, token: Token | None) -> tuple[ForgeReason, str, str]:
    if token is None:
        return ForgeReason.NO_TOKEN, f"{location.host} wants a token", f"set one: {SCOPES[location.kind]}"
    if token.is_job_token:
        return ForgeReason.FORBIDDEN, f"{location.host} does not take the job's token for this", JOB_TOKEN_LIMITS
    advice = f"it is wrong, or has expired or been revoked: set {token.source} to {SCOPES[location.kind]}"
    return ForgeReason.UNAUTHORIZED, f"{location.host} does not accept {_named(token)}", advice


def _scope_advice(answer: Answer, location: Location, token: Token | None, said: str) -> str:
    if token is not None and token.is_job_token:
        return JOB_TOKEN_LIMITS
    if sso := re.search(r"url=(https://[^\s;,]+)", answer.headers.get("X-GitHub-SSO", "")):
        return f"authorise the token for the organisation's single sign-on at {sso[1]}"
    if "github actions is not permitted to create" in said:
        return "allow it under Settings > Actions > General > Workflow permissions, or use a token of a GitHub App or a person"
    # GitHub says what a fine-grained token needs, and what a classic one has and needs.
    needed = answer.headers.get("X-Accepted-GitHub-Permissions") or answer.headers.get("X-Accepted-OAuth-Scopes")
    has = answer.headers.get("X-OAuth-Scopes")
    if needed:
        return f"it needs {_clean(needed)}" + (f", and has {_clean(has)}" if has else "")
    return f"it needs other scopes, or its owner a role that may write: {SCOPES[location.kind]}"


def _refused_advice(said: str) -> str:
    if "draft pull requests are not supported" in said:
        return "set draft = false: this plan has no drafts for private repositories"
    if "no commits between" in said:
        return "the branch holds nothing that the base has not: was it merged meanwhile?"
    return ""


def _named(token: Token | None) -> str:
    return f"the token in {token.source}" if token else "somebody without a token"


def _clean(header: str) -> str:
    return _CONTROL.sub(" ", header).strip()[:_MOST_SAID]


def _date(value: str, default: datetime) -> datetime:
    try:
        found = parsedate_to_datetime(value)
    except ValueError:
        return default
    return found if found.tzinfo else found.replace(tzinfo=UTC)
