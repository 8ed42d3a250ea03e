"""What an answer of the Prometheus HTTP API means: series, or why there are none. Pure.

Prometheus, "HTTP API": ``{"status": "success"|"error", "data": ..., "errorType": ..., "error": ..., "warnings": [...]}``; 400 for bad
parameters, 422 "when an expression can't be executed", 503 "when queries time out or abort". Mimir, Thanos and VictoriaMetrics keep to it,
with limits of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from refactor.metrics.usage import NoUsage
from refactor.metrics.wire import Response
from refactor.reasons import Reason

RETRIED = frozenset({408, 429, 500, 502, 503})

_LONGEST_MESSAGE = 200
# Prometheus: "query processing would load too many samples into memory", "query timed out"; Mimir: "the query exceeded the maximum number
# of chunks"; Thanos: "exceeded series limit"; VictoriaMetrics: "cannot select more than -search.maxSamplesPerQuery", "too long query".
_TOO_MUCH = re.compile(r"too many|too long|exceed|limit|larger than|cannot select more|time(?:d )?out", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sample:
    """One series of an instant vector. ``value`` may be NaN or infinite."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Vector:
    """A successful answer. ``warnings`` are the server's, for people."""

    samples: tuple[Sample, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passing:
    """A failure that may pass: the request can be repeated. ``failure`` is what it comes to otherwise."""

    failure: NoUsage


def read(response: Response, label: str, secrets: Sequence[str] = ()) -> Vector | NoUsage | Passing:
    """Return what the response means. ``label`` names the server for people; ``secrets`` are cut out of what it says."""
    content = _content(response)
    if response.status == 200:
        return _vector(content, response, label, secrets)
    said = _said(content, response, secrets)
    answers = f"{label} answers {response.status}{f': {said}' if said else ''}"
    if response.status in (401, 403):
        return NoUsage(Reason.METRICS_UNAUTHORIZED, answers)
    if response.status == 404:
        hint = "is it the API's base URL? Mimir's ends in /prometheus, a VictoriaMetrics cluster's in /select/0/prometheus"
        return NoUsage(Reason.METRICS_BAD_ANSWER, f"{answers} ({hint})")
    if _is_limit(response.status, content, said):
        return NoUsage(Reason.METRICS_LIMIT, answers)
    failure = NoUsage(Reason.METRICS_ERROR, answers)
    return Passing(failure) if response.status in RETRIED else failure


def _is_limit(status: int, content: object, said: str) -> bool:
    """Whether asking for less may help. 429 is about the rate of requests, whatever its words."""
    if status == 429:
        return False
    kind = content.get("errorType") if isinstance(content, dict) else None
    return status in (413, 414, 504) or kind == "timeout" or (status in (400, 422, 500, 503) and _TOO_MUCH.search(said) is not None)


def _content(response: Response) -> object:
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError):
        return None


def _vector(content: object, response: Response, label: str, secrets: Sequence[str]) -> Vector | NoUsage:
    def bad(problem: str) -> NoUsage:
        return NoUsage(Reason.METRICS_BAD_ANSWER, f"{label} {problem}")

    if content is None and _is_page(response):
        return bad("answers with a web page: it may be a login page, or not the API's base URL")
    if not isinstance(content, dict) or not isinstance(content.get("data"), dict):
        return bad("does not answer as the Prometheus API does")
    data = content["data"]
    if content.get("status") != "success" or data.get("resultType") != "vector" or not isinstance(data.get("result"), list):
        return bad("does not answer as the Prometheus API does")
    if content.get("isPartial") is True:
        return bad("answers with only a part of its data")
    samples = [_sample(entry) for entry in data["result"]]
    whole = tuple(sample for sample in samples if sample is not None)
    if len(whole) != len(samples):
        return bad("sends series that are none")
    notes = content.get("warnings")
    notes = notes if isinstance(notes, list) else []
    return Vector(whole, tuple(_clean(note, secrets) for note in notes if isinstance(note, str)))


def _sample(entry: object) -> Sample | None:
    """``{"metric": {"<label>": "<value>"}, "value": [<unix time>, "<number>"]}``: numbers are strings, so that NaN can be said."""
    if not isinstance(entry, dict):
        return None
    labels, value = entry.get("metric"), entry.get("value")
    if not isinstance(labels, dict) or not all(isinstance(each, str) for each in labels.values()):
        return None
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[1], str):
        return None
    try:
        return Sample(labels, float(value[1]))
    except ValueError:
        return None


def _said(content: object, response: Response, secrets: Sequence[str]) -> str:
    """The server's own words, one line of them; nothing where it sends a page."""
    if isinstance(content, dict):
        said = content.get("error") or content.get("message")
        return _clean(said, secrets) if isinstance(said, str) else ""
    return "" if _is_page(response) else _clean(response.body[:4096].decode("utf-8", "replace"), secrets)


def _clean(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "...")
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= _LONGEST_MESSAGE else line[:_LONGEST_MESSAGE] + "..."


def _is_page(response: Response) -> bool:
    return "html" in response.headers.get("Content-Type", "").lower() or response.body.lstrip()[:1] == b"<"
