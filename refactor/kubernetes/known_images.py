"""Well-known images: which health check their publisher uses, and when it holds.

The table is ``known_images.toml`` beside this file, whose head explains its keys. An entry says what upstream's documentation, chart or
``HEALTHCHECK`` does, and what in a container's own settings would make that wrong: :meth:`KnownImage.objection` and
:meth:`KnownImage.port_doubt` read it against a container, so that nobody has to know the keys to use an entry. The only I/O is reading that
table, once, on the first :func:`load`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from refactor.registry import tags
from refactor.registry.reference import Reference

Protocol = Literal["http", "https", "tcp", "udp"]
Quorum = Literal["majority", "primary-replica"]


@dataclass(frozen=True, slots=True)
class Exec:
    """Run this in the container; 0 is healthy. The program is in every image of the entry, and needs no password."""

    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HttpGet:
    """GET this path; 200 to 399 is healthy. ``port`` None: the port that the image serves (:attr:`KnownImage.port`)."""

    path: str
    port: int | None = None
    scheme: Literal["HTTP", "HTTPS"] = "HTTP"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TcpSocket:
    """Open a connection. ``port`` None: the port that the image serves."""

    port: int | None = None


@dataclass(frozen=True, slots=True)
class Grpc:
    """Ask the gRPC health service at this port."""

    port: int


Action = Exec | HttpGet | TcpSocket | Grpc


@dataclass(frozen=True, slots=True)
class Check:
    """One health check. ``timeout`` and ``period`` are seconds: what it needs at least, where the usual ones are too short for it."""

    action: Action
    timeout: int | None = None
    period: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What code says of one container, as far as an entry asks for it.

    ``command`` and ``args`` None: the image's own. A word that is not known is left out of them, and ``more_words`` is set. ``env`` has
    None for a value that is not known (a secret's); ``more_env``: there are variables of which not even the name is known (``env_from``).
    ``mounts`` are paths in the container, each of a ``sub_path`` too. ``ports`` are what it declares, and what a Service sends to it.
    """

    tag: str | None = None
    command: tuple[str, ...] | None = None
    args: tuple[str, ...] | None = None
    env: Mapping[str, str | None] = field(default_factory=dict)
    mounts: tuple[str, ...] = ()
    ports: frozenset[int] = frozenset()
    more_words: bool = False
    more_env: bool = False

    def words(self) -> Iterator[str]:
        """Each word of command and arguments, and ``--flag=value`` for ``--flag value`` as well; in lower case."""
        words = [word.lower() for word in (self.command or ()) + (self.args or ())]
        yield from words
        for flag, value in pairwise(words):
            if flag.startswith("-") and "=" not in flag and not value.startswith("-"):
                yield f"{flag}={value}"


@dataclass(frozen=True, slots=True)
class KnownImage:
    """One entry; the keys of the table are explained there. At least one of ``liveness`` and ``readiness`` is set.

    ``liveness`` None with ``readiness`` set: upstream has none, or one that could restart a healthy process. Don't make one up.
    """

    name: str
    repositories: tuple[str, ...]
    sources: tuple[str, ...]
    port: int
    protocol: Protocol
    liveness: Check | None
    readiness: Check | None
    startup: bool = False
    aside: bool = False
    single_writer: bool = False
    quorum: Quorum | None = None
    since: str = ""
    programs: tuple[str, ...] = ()
    requires: str = ""
    requires_args: tuple[str, ...] = ()
    requires_env: tuple[str, ...] = ()
    requires_ports: tuple[int, ...] = ()
    unless_args: tuple[str, ...] = ()
    unless_env: tuple[str, ...] = ()
    unless_tags: tuple[str, ...] = ()
    config_port: tuple[str, ...] = ()
    config_port_args: tuple[str, ...] = ()
    config_mounts: tuple[str, ...] = ()
    note: str = ""

    def objection(self, settings: Settings) -> str | None:
        """Why the checks don't hold for this container; None if nothing speaks against them."""
        return self._other_version(settings) or self._other_program(settings) or self._unproven(settings) or self._contradicted(settings)

    def port_doubt(self, settings: Settings) -> str | None:
        """Why it may serve another port than :attr:`port`; None if nothing says so, or if code names that very port.

        A check with a port of its own is not concerned; an ``exec`` is, for its program asks the usual port.
        """
        if self.port in settings.ports:
            return None
        for pattern in self.config_port:
            for name, value in _variables(pattern, settings):
                if not _is_port(value, self.port):
                    return f"{name} may move the port {self.port}"
        for word in settings.words():
            if _any(word, self.config_port_args) and not _is_port(word, self.port):
                return f"{word} may move the port {self.port}"
        for path in self.config_mounts:
            if any(_overlap(mount, path) for mount in settings.mounts):
                return f"what is mounted at {path} may move the port {self.port}"
        if unseen := _unseen(settings, self.config_port, self.config_port_args):
            return f"{unseen} may move the port {self.port}"
        return None

    def _other_version(self, settings: Settings) -> str | None:
        if settings.tag is None:
            return None
        if _any(settings.tag.lower(), self.unless_tags):
            return f"images tagged {settings.tag} are built differently"
        numbers, since = _version(settings.tag), _version(self.since)
        if numbers[: len(since)] < since[: len(numbers)]:
            return f"known since {self.since}, and the tag is {settings.tag}"
        return None

    def _other_program(self, settings: Settings) -> str | None:
        first = settings.command or settings.args
        if not first or (not settings.command and first[0].startswith("-")):
            return None
        if PurePosixPath(first[0]).name in {PurePosixPath(program).name for program in self.programs}:
            return None
        return f"it starts {first[0]!r} instead of what the image starts"

    def _unproven(self, settings: Settings) -> str | None:
        if not self.requires:
            return None
        if any(_any(word, self.requires_args) for word in settings.words()):
            return None
        # A value that is not known proves nothing.
        if any(value is not None for pattern in self.requires_env for _, value in _variables(pattern, settings)):
            return None
        if self.requires_ports and settings.ports.issuperset(self.requires_ports):
            return None
        return f"not shown by the container: {self.requires}"

    def _contradicted(self, settings: Settings) -> str | None:
        for word in settings.words():
            if _any(word, self.unless_args):
                return f"{word} changes what the check asks"
        for pattern in self.unless_env:
            for name, _ in _variables(pattern, settings):
                return f"{name} changes what the check asks"
        if unseen := _unseen(settings, self.unless_env, self.unless_args):
            return f"{unseen} may change what the check asks"
        return None


@dataclass(frozen=True, slots=True)
class KnownImages:
    """The table, sorted by name."""

    images: tuple[KnownImage, ...]
    by_repository: Mapping[str, KnownImage]

    def lookup(self, reference: Reference) -> KnownImage | None:
        """The entry that names this very repository, in its canonical spelling (``docker.io/library/nginx``)."""
        return self.by_repository.get(f"{reference.registry}/{reference.repository}")


@cache
def load() -> KnownImages:
    """Read the table; later calls return the same object."""
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    images = tuple(_image(entry) for entry in data["image"])
    return KnownImages(images, {repository: image for image in images for repository in image.repositories})


def _image(entry: dict[str, Any]) -> KnownImage:
    """One table as an object. A key that no field has is an error, as is a missing one: the table is part of the program."""
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    liveness = _check(fields.pop("liveness", None))
    readiness = _check(fields.pop("readiness", None)) or liveness
    return KnownImage(liveness=liveness, readiness=readiness, **fields)


def _check(entry: Mapping[str, Any] | None) -> Check | None:
    if entry is None:
        return None
    options = dict(entry)
    timeout, period = options.pop("timeout", None), options.pop("period", None)
    return Check(_action(options), timeout, period)


def _action(options: dict[str, Any]) -> Action:
    action: Action
    if "exec" in options:
        action = Exec(tuple(options.pop("exec")))
    elif "http_get" in options:
        headers = tuple(sorted(options.pop("headers", {}).items()))
        action = HttpGet(options.pop("http_get"), options.pop("port", None), options.pop("scheme", "HTTP"), headers)
    elif options.pop("tcp_socket", False):
        action = TcpSocket(options.pop("port", None))
    else:
        action = Grpc(options.pop("grpc"))
    if options:
        raise ValueError(f"a check has keys that nobody reads: {sorted(options)}")
    return action


def _any(text: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(text, pattern.lower()) for pattern in patterns)


def _variables(pattern: str, settings: Settings) -> Iterator[tuple[str, str | None]]:
    """The variables that ``NAME`` or ``NAME=value`` means, both globs. A value that is not known may be any."""
    names, equals, values = pattern.partition("=")
    for name, value in settings.env.items():
        if fnmatchcase(name, names) and (not equals or value is None or fnmatchcase(value.lower(), values.lower())):
            yield name, value


def _unseen(settings: Settings, variables: tuple[str, ...], arguments: tuple[str, ...]) -> str | None:
    if settings.more_env and variables:
        return f"a variable that is not known ({variables[0]}?)"
    if settings.more_words and arguments:
        return f"an argument that is not known ({arguments[0]}?)"
    return None


def _is_port(text: str | None, port: int) -> bool:
    """Whether a value (``3000``, ``:3000``, ``--port=3000``, ``http://0.0.0.0:3000``) names this port."""
    return text is not None and re.fullmatch(rf"(?:.*[:=])?{port}/?", text) is not None


def _overlap(mount: str, path: str) -> bool:
    """Whether one lies in the other: a file in the directory, the directory itself, or one above it."""
    one, other = PurePosixPath(mount), PurePosixPath(path)
    return one.is_relative_to(other) or (other.is_relative_to(one) and one != PurePosixPath("/"))


def _version(text: str) -> tuple[int, ...]:
    """The version in a tag; a date counts as one (``2025.11.10``). Empty: none, which is taken for a recent one."""
    tag = tags.parse(text)
    if tag.numbers or not tag.moment:
        return tag.numbers
    return int(tag.moment[:4]), int(tag.moment[4:6]), int(tag.moment[6:8])
