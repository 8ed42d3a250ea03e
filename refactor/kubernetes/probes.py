"""Probes of a container: what is asked, how often, how patiently; as they are written, and as they are to be written.

Kubernetes documentation, "Liveness, Readiness, and Startup Probes"; API reference, ``Probe``: its defaults are a period of 10 s, a time-out
of 1 s and three failures; until the startup probe has succeeded once, the others do not run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from refactor.hcl.expressions import Literal, Template
from refactor.kubernetes.known_images import Action, Exec, Grpc, HttpGet
from refactor.kubernetes.nodes import Field, Node
from refactor.kubernetes.spelling import is_list
from refactor.kubernetes.writing import Source, Tree, copied
from refactor.project.scope import Scope

PortName: TypeAlias = int | str | Source


class Kind(StrEnum):
    """The kinds, in the order in which they are written; the value is the word in options."""

    LIVENESS = "liveness"
    READINESS = "readiness"
    STARTUP = "startup"

    @property
    def field(self) -> str:
        """The API's name of the field."""
        return f"{self.value}Probe"


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, and failures in a row. ``delay`` is what passes before the first try."""

    period: int = 10
    timeout: int = 1
    failures: int = 3
    delay: int = 0

    @property
    def patience(self) -> int:
        """Seconds of failing until something happens."""
        return self.period * self.failures

    def tree(self) -> dict[str, Tree]:
        delay: dict[str, Tree] = {"initialDelaySeconds": self.delay} if self.delay else {}
        return {**delay, "periodSeconds": self.period, "timeoutSeconds": self.timeout, "failureThreshold": self.failures}


@dataclass(frozen=True, slots=True)
class Ask:
    """What a probe asks. ``port`` is a number, a port's name, or the number as it is written elsewhere; None for a command.

    ``tree`` is an action that is copied as it stands, in place of ``action``. ``timeout`` and ``period`` are what it needs at least.
    """

    action: Action
    port: PortName | None = None
    timeout: int = 0
    period: int = 0
    copied: Mapping[str, Tree] | None = None

    @property
    def port_text(self) -> str:
        """The port, for people."""
        return self.port.text if isinstance(self.port, Source) else str(self.port)

    @property
    def text(self) -> str:
        """For people, on one line."""
        if self.copied is not None:
            return "the same check as the liveness probe"
        port = self.port_text
        match self.action:
            case Exec(command):
                return " ".join(command)
            case HttpGet(path, _, scheme, _):
                return f"GET {path} at port {port}" + (" by https" if scheme == "HTTPS" else "")
            case Grpc():
                return f"gRPC health at port {port}"
        return f"TCP connection to port {port}"

    def tree(self) -> dict[str, Tree]:
        if self.copied is not None:
            return dict(self.copied)
        port: Tree = self.port if self.port is not None else 0
        match self.action:
            case Exec(command):
                return {"exec": {"command": command}}
            case HttpGet(path, _, scheme, headers):
                tree: dict[str, Tree] = {"path": path, "port": port}
                if scheme != "HTTP":
                    tree["scheme"] = scheme
                if headers:
                    tree["httpHeaders"] = [{"name": name, "value": value} for name, value in headers]
                return {"httpGet": tree}
            case Grpc():
                return {"grpc": {"port": port}}
        return {"tcpSocket": {"port": port}}


@dataclass(frozen=True, slots=True)
class Probe:
    """One probe, ready to be written."""

    ask: Ask
    timing: Timing

    def tree(self) -> dict[str, Tree]:
        return {**self.ask.tree(), **self.timing.tree()}


def timing_of(probe: Node) -> Timing | None:
    """The numbers of a probe that is written, the API's defaults where they are not; None where one is not known."""
    numbers: dict[str, int] = {}
    fields = {"period": "periodSeconds", "timeout": "timeoutSeconds", "failures": "failureThreshold", "delay": "initialDelaySeconds"}
    for key, name in fields.items():
        plain = probe.field(name)
        if plain is None or plain.is_null:
            continue
        if plain.text is None or not plain.text.isdecimal():
            return None
        numbers[key] = int(plain.text)
    return Timing(**numbers) if not probe.repeated and probe.unknown is None else None


_ACTIONS = ("httpGet", "tcpSocket", "exec", "grpc")


_SHELL_VARIABLE = re.compile(r"\$\$\{[^}]*\}|\$\(\w+\)|\$\w+")
_SECRET = re.compile(
    r"passw|\bpwd\b|secret|token|authorization|cookie|api[-_]?key|credential"
    r"|[\s\"']-a[\"',\s]+[^\s\"',$]"  # redis-cli -a PASSWORD
    r"|[\s\"']-p[^\s\"',$]"  # mysqladmin -pPASSWORD
    r"|[\s\"']-u[\"',\s]+[^\s\"',]+:[^\s\"',$]"  # curl -u USER:PASSWORD
    r"|://[^/\s\"']*:[^/\s\"'$]+@",
    re.IGNORECASE,
)


def action_of(probe: Node) -> dict[str, Tree] | None:
    """The action of a probe that is written, to be copied; None where it is not written out, or seems to carry a password."""
    for name in _ACTIONS:
        node = probe.child(name)
        if node is not None:
            tree = _copy(node)
            return {name: tree} if tree is not None and not node.repeated and not _tells(tree) else None
    return None


def _tells(tree: Tree) -> bool:
    """Whether a secret seems to stand in a tree; a variable of the container's is none."""
    if isinstance(tree, Mapping):
        return any(_tells(value) for value in tree.values())
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return any(_tells(value) for value in tree)
    return isinstance(tree, Source) and _SECRET.search(_SHELL_VARIABLE.sub("$", tree.text)) is not None


def _copy(node: Node) -> dict[str, Tree] | None:
    tree: dict[str, Tree] = {}
    for name in node.names():
        if is_list(name):
            below = [_copy(child) for child in node.children(name)]
            if any(child.repeated for child in node.children(name)) or None in below:
                return None
            tree[name] = [b for b in below if b is not None]
            continue
        plain = node.field(name)
        if plain is None or plain.expression is None:
            return None
        tree[name] = Source(copied(plain.scope.document, plain.expression).text)
    return tree


def port_of(probe: Node, scope: Scope) -> PortName | None:
    """The port at which a probe asks a path or a gRPC service, for use in a scope. (A TCP connection may be a guess of ours.)"""
    for name in ("httpGet", "grpc"):
        plain = node.field("port") if (node := probe.child(name)) is not None else None
        if plain is not None and plain.text is not None:
            if not _is_literal(plain):
                return as_written(plain, scope)
            return int(plain.text) if plain.text.isdecimal() else plain.text
    return None


def as_written(plain: Field, scope: Scope) -> Source | None:
    """A value that is no literal, as it is written: it follows what the code, or a caller, makes of it. None in another scope."""
    if plain.expression is None or _is_literal(plain) or plain.scope is not scope:
        return None
    return copied(plain.scope.document, plain.expression)


def _is_literal(plain: Field) -> bool:
    expression = plain.expression
    return isinstance(expression, Literal) or (isinstance(expression, Template) and expression.literal is not None)
