"""Which registry is asked where: mirrors, plain-http hosts, limits. No I/O."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from refactor.registry.reference import DOCKER_HUB

_HUB_API = "registry-1.docker.io"
_PREFIX = re.compile(r"(?:[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*/)*")
_NETLOC = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?")


class ConfigError(ValueError):
    """The configuration of registries cannot be used; the message says which entry and why."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one registry is asked. ``netloc`` is host and port; ``prefix`` (empty, or ending in ``/``) goes before the repository."""

    registry: str
    scheme: str
    netloc: str
    prefix: str = ""

    @property
    def base(self) -> str:
        return f"{self.scheme}://{self.netloc}"

    @property
    def credential_host(self) -> str:
        """The host for which credentials are looked up: a mirror gets only its own, never those of the registry that it stands for."""
        return DOCKER_HUB if self.netloc == _HUB_API else self.netloc

    @property
    def label(self) -> str:
        """For people: the registry, and who was asked in its place."""
        return self.registry if self.credential_host == self.registry else f"{self.registry} (asked at {self.netloc})"

    def repository(self, name: str) -> str:
        return self.prefix + name


@dataclass(frozen=True)
class RegistryConfig:
    """Settings of a run's look-ups.

    Attributes:
        mirrors: registry to the base URL that is asked in its place, e.g. ``{"docker.io": "http://127.0.0.1:5000"}``. A path is a prefix of
            the repository: with ``https://mirror.example/hub``, ``library/nginx`` is asked as ``hub/library/nginx``. Without a scheme it is
            https, or http for loopback and ``insecure`` hosts.
        insecure: hosts (``host`` or ``host:port``) that are asked by plain http. Loopback hosts are anyway.
        timeout: seconds to wait for a connection, and for each piece of an answer.
        retries: how often a request is repeated after a connection error, 429 or 5xx.
        max_wait: the longest ``Retry-After`` that is waited for, seconds.
        workers: requests under way at once.
        version_tries: how many tags are compared with a floating one.

    Raises:
        ConfigError: a mirror is not a usable URL, or would be asked by plain http without leave.
    """

    mirrors: Mapping[str, str] = field(default_factory=dict)
    insecure: frozenset[str] = frozenset()
    timeout: float = 10.0
    retries: int = 3
    max_wait: float = 60.0
    workers: int = 8
    version_tries: int = 20

    def __post_init__(self) -> None:
        _ = self._mirrored  # refuse a bad one now, not in the middle of a run

    @cached_property
    def _mirrored(self) -> dict[str, Endpoint]:
        return {_canonical(registry): self._mirror(_canonical(registry), url) for registry, url in self.mirrors.items()}

    def endpoint(self, registry: str) -> Endpoint:
        """Return where ``registry`` (as in :attr:`Reference.registry`) is asked."""
        mirrored = self._mirrored.get(registry)
        if mirrored is not None:
            return mirrored
        netloc = _HUB_API if registry == DOCKER_HUB else registry
        return Endpoint(registry, "http" if self._plain(netloc) else "https", netloc)

    def _plain(self, netloc: str) -> bool:
        return is_loopback(netloc) or netloc in self.insecure or host_of(netloc) in self.insecure

    def _mirror(self, registry: str, url: str) -> Endpoint:
        where = f"mirror of {registry}"
        parts = urlsplit(url if "://" in url else f"//{url}")
        if "@" in parts.netloc:
            raise ConfigError(f"{where}: leave credentials out of the URL; they are taken from the Docker or Podman configuration")
        if parts.query or parts.fragment or parts.scheme not in ("", "http", "https") or not _NETLOC.fullmatch(parts.netloc):
            raise ConfigError(f"{where}: {url!r} is not a base URL such as 'https://mirror.example' or 'http://127.0.0.1:5000'")
        netloc = parts.netloc.lower()
        scheme = parts.scheme or ("http" if self._plain(netloc) else "https")
        if scheme == "http" and not self._plain(netloc):
            raise ConfigError(f"{where}: {netloc} is not on this machine; plain http needs --insecure-registry {netloc}")
        prefix = parts.path.strip("/") + "/" if parts.path.strip("/") else ""
        if not _PREFIX.fullmatch(prefix):
            raise ConfigError(f"{where}: {parts.path!r} cannot be a prefix of repositories")
        return Endpoint(registry, scheme, netloc, prefix)


def host_of(netloc: str) -> str:
    """Return ``netloc`` without its port: ``[::1]:5000`` gives ``[::1]``."""
    host, colon, port = netloc.rpartition(":")
    return host if colon and port.isdecimal() and (not host.startswith("[") or host.endswith("]")) else netloc


def is_loopback(netloc: str) -> bool:
    """Whether ``netloc`` names this machine: ``localhost``, below it (RFC 6761 section 6.3), or a loopback address."""
    host = host_of(netloc).lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def is_internal(netloc: str) -> bool:
    """Whether ``netloc`` is an address that means something only on this machine or network: no public registry has reason to name it."""
    address = _address(host_of(netloc))
    return is_loopback(netloc) or (address is not None and (not address.is_global or address.is_multicast))


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _canonical(registry: str) -> str:
    lower = registry.lower()
    return DOCKER_HUB if lower in ("index.docker.io", _HUB_API) else lower
