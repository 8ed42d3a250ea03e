"""``[add-probes]`` of ``tfmod.toml``: how often and how patiently probes ask, and what they ask where the configuration says it.

::

    [add-probes.timings]
    period_seconds = 10

    [[add-probes.workloads]]
    image = "ghcr.io/acme/api*"              # which containers: see refactor/kubernetes/matching.py
    readiness = { http_get = "/healthz", port = "http" }
    liveness = false                         # none

    [[add-probes.workloads]]
    name = "batch-*"
    skip = true
    reason = "restarted by its own supervisor"
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from refactor.kubernetes.known_images import Action, Exec, Grpc, HttpGet, TcpSocket
from refactor.kubernetes.matching import KEYS, Match
from refactor.kubernetes.probes import Kind
from refactor.kubernetes.workloads import Container


@dataclass(frozen=True, slots=True)
class Timings:
    """Defaults of all probes.

    Attributes:
        period_seconds: between two tries. 10, as Kubernetes has it.
        timeout_seconds: for an answer. 5: the second that Kubernetes gives is too short on a busy node, and for a command.
        readiness_failure_threshold: failures in a row until a pod gets no more traffic. 3, as Kubernetes has it.
        liveness_failure_threshold: failures in a row until a container is killed. 6: it loses its traffic first, and has as long again to
            recover, for a restart costs more than waiting.
        startup_seconds: what a slow starter may take. 900: a database that is killed while it recovers starts its recovery again.
        unknown_startup_seconds: the same for an image that is not known. 1800: longer than the ten minutes after which ``terraform apply``
            says that a rollout does not come to an end, so that a port that nothing serves is noticed before anything is killed.
    """

    period_seconds: int = 10
    timeout_seconds: int = 5
    readiness_failure_threshold: int = 3
    liveness_failure_threshold: int = 6
    startup_seconds: int = 900
    unknown_startup_seconds: int = 1800


def timings(table: Any) -> Timings:
    """``[add-probes.timings]``.

    Raises:
        ValueError: a key is none, or a value is no positive number.
    """
    _only(table, [f.name for f in fields(Timings)])
    return Timings(**{key: _positive(key, value) for key, value in table.items()})


_NUMBERS = ("initial_delay_seconds", "period_seconds", "timeout_seconds", "failure_threshold")
_ACTIONS = ("http_get", "tcp_socket", "exec", "grpc")
_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")  # IANA_SVC_NAME
_SECRET = re.compile(r"authorization|cookie|.*(password|token|secret|api-?key).*", re.IGNORECASE)
_GIVEN = re.compile(
    r"""(?:^|(?<=[\s"']))(?:
    (?!\S*file)--?[\w-]*(?:passw|secret|token|api-?key)[\w-]*[=\s]["']?(?=[^\s"'$])  # --password=PASSWORD
    |(?!\S*file)\w*(?:passw|pwd|auth|secret|token|api_?key)\w*=["']?(?=[^\s"'$])  # PGPASSWORD=PASSWORD
    |(?:redis|valkey)-cli\b.*?\s-a\s["']?(?=[^\s"'$])
    |(?:mysql|mariadb)\S*\s(?:.*?\s)?-p(?=[^\s"'$])
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""A password in a command, up to where it begins; a variable of the container's is none."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an entry says of one probe; None leaves it to the evidence. ``port`` may stand without an action."""

    action: Action | None = None
    port: int | str | None = None
    initial_delay_seconds: int | None = None
    period_seconds: int | None = None
    timeout_seconds: int | None = None
    failure_threshold: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One of ``[[add-probes.workloads]]``. A probe is what is wanted, False for none, None for nothing said."""

    match: Match
    probes: Mapping[Kind, Wanted | bool]
    skip: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """All of them: of several that mean a container, the first that says something of a probe decides that probe."""

    entries: tuple[Entry, ...] = ()

    def skipped(self, container: Container) -> str:
        """Why it is left alone; empty if it is not."""
        return next((e.skip for e in self.entries if e.skip and e.match.one(container)), "")

    def of(self, container: Container) -> dict[Kind, Wanted | bool]:
        """What is wanted of it."""
        result: dict[Kind, Wanted | bool] = {}
        for entry in self.entries:
            if entry.probes and entry.match.one(container):
                result = {**entry.probes, **result}
        return result


def entries(tables: Any) -> Entries:
    """``[[add-probes.workloads]]``.

    Raises:
        ValueError: an entry says what no entry can say, or nothing; the message has its number.
    """
    found = []
    for number, table in enumerate(tables, 1):
        try:
            found.append(_entry(table))
        except ValueError as error:
            raise ValueError(f"entry {number}: {error}") from error
    return Entries(tuple(found))


def _entry(table: Mapping[str, Any]) -> Entry:
    _only(table, [*sorted(KEYS), *Kind, "skip", "reason"])
    match = Match.parse(table)
    probes = {kind: _wanted(kind, table[kind]) for kind in Kind if kind in table}
    skip, reason = table.get("skip", False), table.get("reason", "")
    if not isinstance(skip, bool) or not isinstance(reason, str):
        raise ValueError("skip is true or false, and reason a text")
    if skip and (probes or not reason.strip()):
        raise ValueError("skip = true goes with a reason, and with no probe")
    if not skip and not probes:
        raise ValueError(f"says nothing: {', '.join(Kind)}, or skip = true with a reason")
    return Entry(match, probes, reason.strip() if skip else "")


def _wanted(kind: Kind, value: object) -> Wanted | bool:
    if value is False:
        return False
    if not isinstance(value, Mapping) or not value:
        raise ValueError(f"{kind} must be false (none), or a table such as {{ http_get = '/healthz', port = 'http' }}")
    try:
        return _probe(value)
    except ValueError as error:
        raise ValueError(f"{kind}: {error}") from error


def _probe(table: Mapping[str, Any]) -> Wanted:
    _only(table, [*_ACTIONS, "port", "scheme", "headers", *_NUMBERS])
    actions = [name for name in _ACTIONS if name in table]
    if len(actions) > 1:
        raise ValueError(f"a probe asks one thing, not {' and '.join(actions)}")
    if actions != ["http_get"] and {"scheme", "headers"} & set(table):
        raise ValueError("scheme and headers go with http_get")
    numbers = {key: _positive(key, table[key], least=0 if key == "initial_delay_seconds" else 1) for key in _NUMBERS if key in table}
    port = table.get("port")
    if actions in (["exec"], ["grpc"]) and port is not None:
        raise ValueError(f"{actions[0]} takes no port of its own")
    action = _action(table, actions[0]) if actions else None
    if isinstance(action, Grpc):
        port = action.port
    if port is not None:
        _check_port(port)
    return Wanted(action, port, **numbers)


def _action(table: Mapping[str, Any], name: str) -> Action:
    value = table[name]
    if name == "http_get":
        scheme, headers = table.get("scheme", "HTTP"), table.get("headers", {})
        if not isinstance(value, str) or not value.startswith("/"):
            raise ValueError("http_get is a path that starts with /")
        if scheme not in ("HTTP", "HTTPS"):
            raise ValueError("scheme is HTTP or HTTPS")
        if not isinstance(headers, Mapping) or not all(isinstance(v, str) for v in headers.values()):
            raise ValueError("headers is a table of texts")
        _no_secrets(n for n in headers if _SECRET.fullmatch(n))
        return HttpGet(value, None, scheme, tuple(sorted(headers.items())))
    if name == "tcp_socket":
        if value is not True:
            raise ValueError("tcp_socket is true, with or without a port")
        return TcpSocket()
    if name == "exec":
        if not isinstance(value, list) or not value or not all(isinstance(w, str) for w in value):
            raise ValueError("exec is a list of words")
        _no_secrets(m[0].strip() for m in _GIVEN.finditer(" ".join(value)))
        return Exec(tuple(value))
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("grpc is the number of a port")
    return Grpc(value)


def _no_secrets(names: Iterable[str]) -> None:
    found = next(iter(names), None)
    if found is not None:
        raise ValueError(f"{found}: a probe is stored and shown in the clear, so no secret belongs there")


def _check_port(port: object) -> None:
    if isinstance(port, str) and len(port) <= 15 and _PORT_NAME.fullmatch(port):
        return
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
        raise ValueError(f"{port!r} is neither a port's number nor a port's name")


def _positive(key: str, value: object, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{key} must be a number of at least {least}")
    return value


def _only(table: Mapping[str, Any], known: Sequence[str]) -> None:
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise ValueError(f"there is no {', '.join(unknown)} (there are: {', '.join(known)})")


__all__ = ["Entries", "Entry", "Timings", "Wanted", "entries", "timings"]
