"""Which TCP port a container serves, by what the code says; and what speaks against asking it.

A Service that sends to a port is evidence that something listens there, a declared port is less: "primarily informational" (API reference,
``Container.ports``). Where the code says two things, it says none: a probe of a port that nothing serves takes a container down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from refactor.kubernetes.exposure import Exposed, to_container
from refactor.kubernetes.known_images import Settings
from refactor.kubernetes.nodes import Node
from refactor.kubernetes.open_values import is_open
from refactor.kubernetes.probes import PortName, as_written
from refactor.kubernetes.workloads import Container, Port
from refactor.project.values import Unknown
from refactor.reasons import Reason


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why nothing is asked."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Served:
    """A port. ``port`` is what a probe names; ``by`` is the Service that sends to it, empty where it is only declared."""

    number: int | None
    port: PortName
    by: str = ""
    ingress: str = ""
    declared: bool = True


_HTTP_NAMES = re.compile(r"https?|web|www|ui|api|(https?|web)[-_].*|.*[-_](https?|web)", re.IGNORECASE)
_HTTP_NUMBERS = frozenset({80, 443, 3000, 5000, 8000, 8008, 8080, 8081, 8088, 8443, 8888, 9000})


class Ports:
    """A container's TCP ports: declared, and sent to by Services."""

    def __init__(self, container: Container, exposed: Sequence[Exposed | Unknown]) -> None:
        self.scope = container.node.scope
        self.declared = [self._sure(p) for p in container.ports if p.protocol == "TCP"]
        self.names = frozenset(
            n for p, node in zip(container.ports, container.node.children("ports"), strict=True) for n in _names(p, node)
        )
        sent = to_container(exposed, container)
        self.sent = [e for e in sent if e.protocol == "TCP"]
        self.udp_only = (bool(sent) or bool(container.ports)) and not self.sent and not self.declared

    def _sure(self, port: Port) -> Port:
        """A port of a ``dynamic`` block whose number callers may set otherwise has no number: a probe could not name it."""
        loose = not port.name and port.field is not None and port.field.scope is not self.scope and is_open(port.field)
        return replace(port, number=None) if loose else port

    def numbers(self) -> frozenset[int]:
        """Every number that the code names."""
        return frozenset(n for n in [*(p.number for p in self.declared), *(self._number(e.target) for e in self.sent)] if n is not None)

    def named(self, number: int) -> PortName:
        """How a probe names a port: by its name where the container declares one, else as the number is written there if that is no
        literal (both survive a change of the number)."""
        these = [p for p in self.declared if p.number == number]
        name = next((p.name for p in these if p.name), None)
        written = (as_written(p.field, self.scope) for p in these if p.field is not None)
        return name or next((w for w in written if w is not None), number)

    def _number(self, target: int | str) -> int | None:
        return target if isinstance(target, int) else next((p.number for p in self.declared if p.name == target), None)

    def sent_to(self) -> Served | Doubt | None:
        """The port that Services send to; None if they send to none."""
        if not self.sent:
            return None
        targets = list(dict.fromkeys(self._target(e) for e in self.sent))
        target = targets[0] if len(targets) == 1 else self._decided()
        if target is None:
            listed = ", ".join(str(t) for t in targets)
            return Doubt(Reason.AMBIGUOUS, f"Services send to {listed}: nothing shows which of them is always served")
        these = [e for e in self.sent if self._target(e) == target]
        entry, ingress = these[0], next((e.ingress for e in these if e.ingress), "")
        if isinstance(target, str):
            if target in self.names:
                return Served(None, target, entry.by, ingress)
            return Doubt(Reason.AMBIGUOUS, f"{entry.by} sends to a port {target!r} that the container does not declare")
        if self.declared and all(p.number is not None for p in self.declared) and target not in {p.number for p in self.declared}:
            listed = ", ".join(str(p.number) for p in self.declared)
            return Doubt(Reason.AMBIGUOUS, f"{entry.by} sends to {target}, and the container declares {listed}")
        declared = any(p.number == target for p in self.declared)
        if not declared and entry.is_open:
            return Doubt(Reason.COMPUTED, f"a variable decides to which port {entry.by} sends, and the container declares none")
        return Served(target, self.named(target), entry.by, ingress, declared)

    def _target(self, entry: Exposed) -> int | str:
        number = self._number(entry.target)
        return entry.target if number is None else number

    def _decided(self) -> int | str | None:
        """Of several, the one that an Ingress leads to; else the one that is called http."""
        for these in ([e for e in self.sent if e.ingress], [e for e in self.sent if self._is_http(e)]):
            targets = {self._target(e) for e in these}
            if len(targets) == 1:
                return targets.pop()
        return None

    def _is_http(self, entry: Exposed) -> bool:
        if "http" in entry.app_protocol.lower() or entry.app_protocol.endswith("/ws"):
            return True
        name = entry.target if isinstance(entry.target, str) else self.named(entry.target)
        return any(isinstance(word, str) and _HTTP_NAMES.fullmatch(word) for word in (entry.label, name))

    def http_like(self) -> Served | None:
        """A declared port that by its name, else by its number, is for HTTP, if there is just one."""

        def only(found: list[Port]) -> Served | None:
            if len(found) != 1 or found[0].number is None:
                return None
            return Served(found[0].number, self.named(found[0].number))

        named = [p for p in self.declared if p.name and _HTTP_NAMES.fullmatch(p.name)]
        return only(named) if named else only([p for p in self.declared if p.number in _HTTP_NUMBERS])


def _names(port: Port, node: Node) -> Iterator[str]:
    """The names that a declared TCP port has; of a ``dynamic`` block all, if no caller may set others."""
    plain = node.field("name")
    if plain is not None and port.protocol == "TCP" and (port.name or not is_open(plain)):
        yield from plain.texts


_FLAG = r"-{1,2}[\w.-]*(?:listen|host|bind|addr|address|interface|ip)[\w.-]*|-[bhlH]"
_LOOPBACK = r"(?:\w+://)?(?:127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)(?::\d+)?/?"
_LOCAL_WORD = re.compile(rf"(?:{_FLAG})=(?:{_LOOPBACK})", re.IGNORECASE)
_LOCAL_NAME = re.compile(r"HOST|HOSTNAME|BIND|(.*_)?(BIND|LISTEN)(_.*)?", re.IGNORECASE)
_PORT_NAME = re.compile(r"(HTTP_|SERVER_|LISTEN_|WEB_|WEBUI_|APP_)?PORT", re.IGNORECASE)


def local_only(settings: Settings) -> str | None:
    """A word or variable that makes it listen on 127.0.0.1 alone, where no probe of the kubelet comes in."""
    for word in settings.words():
        if _LOCAL_WORD.fullmatch(word):
            return word
    for name, value in settings.env.items():
        if value is not None and _LOCAL_NAME.fullmatch(name) and re.fullmatch(_LOOPBACK, value):
            return f"{name}={value}"
    return None


def moved(settings: Settings, number: int | None) -> str | None:
    """A variable that by its name is the port, and has another number."""
    for name, value in _ports(settings):
        if number is not None and int(value) != number:
            return f"{name}={value}"
    return None


def _ports(settings: Settings) -> Iterator[tuple[str, str]]:
    for name, value in settings.env.items():
        if value is not None and value.isdecimal() and _PORT_NAME.fullmatch(name):
            yield name, value
