"""Credentials from where Docker and Podman keep them. They are handed to the transport and never printed, logged or stored.

Files, in order; the first that knows the repository decides. What the environment names comes before what lies in the home directory:

1. ``$DOCKER_CONFIG/config.json``; 2. ``$REGISTRY_AUTH_FILE``; 3. ``~/.docker/config.json``, if ``$DOCKER_CONFIG`` is not set;
4. ``$XDG_RUNTIME_DIR/containers/auth.json``; 5. ``$XDG_CONFIG_HOME/containers/auth.json`` (``~/.config/containers/auth.json``).

In a file: ``credHelpers`` of the host; ``auths``, the most specific key first (containers-auth.json(5): "the relevant repository is matched
against available keys in its hierarchical order, going from most-specific to least-specific"); ``credsStore``.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from refactor.registry.reference import DOCKER_HUB

# docker/cli: the key of Docker Hub in config.json and for helpers, for historical reasons.
HUB_KEY = "https://index.docker.io/v1/"
_HUB_HOSTS = (DOCKER_HUB, "index.docker.io", "registry-1.docker.io")

# docker-credential-helpers, credentials/error.go: what a helper prints when it has nothing.
_NOT_FOUND = "credentials not found in native keychain"
_IDENTITY = "<token>"  # a user name that marks the secret as an identity token (docker/cli, native_store.go)
_HELPER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Credential:
    """User and password, or an identity token (an OAuth2 refresh token), or a ready registry token. Its repr shows none of them."""

    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    registry_token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool((self.username and self.password) or self.identity_token or self.registry_token)

    def basic(self) -> str:
        """The value of an ``Authorization`` header (RFC 7617), or an empty string without user and password."""
        if not (self.username and self.password):
            return ""
        return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode()


Warn = Callable[[str], None]


def run_helper(program: str, server: str, *, env: Mapping[str, str], timeout: float) -> tuple[int, str]:
    """Ask a credential helper: ``get`` as its argument, "the raw value for the ServerURL" on its standard input, JSON back.

    Raises:
        OSError: it cannot be run.
        subprocess.TimeoutExpired: it took longer than ``timeout`` seconds.
    """
    done = subprocess.run(
        [program, "get"],
        input=server.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(env),
        timeout=timeout,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Config:
    """What matters of one configuration file."""

    path: Path
    auths: Mapping[str, Mapping[str, object]]
    helpers: Mapping[str, str]
    store: str


class Keychain:
    """Finds the credential for a repository. Safe to use from several threads; each helper is asked once for each host."""

    def __init__(self, env: Mapping[str, str], home: Path, *, warn: Warn | None = None, helper_timeout: float = 30.0) -> None:
        self._env = env
        self._home = home
        self._warn = warn if warn is not None else _ignore
        self._timeout = helper_timeout
        self._lock = threading.Lock()
        self._configs: list[_Config] | None = None
        self._asked: dict[tuple[str, str], Credential | None] = {}

    def find(self, host: str, repository: str) -> Credential | None:
        """Return the credential for ``host`` (``docker.io`` for Docker Hub) and ``repository``, or None: ask anonymously."""
        with self._lock:
            if self._configs is None:
                self._configs = [config for path in self._paths() if (config := self._load(path)) is not None]
            for config in self._configs:
                credential = self._find_in(config, host, repository)
                if credential:
                    return credential
        return None

    def _paths(self) -> Iterator[Path]:
        env = self._env
        if docker := env.get("DOCKER_CONFIG"):
            yield Path(docker) / "config.json"
        if chosen := env.get("REGISTRY_AUTH_FILE"):
            yield Path(chosen)
        if not docker:
            yield self._home / ".docker" / "config.json"
        if runtime := env.get("XDG_RUNTIME_DIR"):
            yield Path(runtime) / "containers" / "auth.json"
        yield Path(env.get("XDG_CONFIG_HOME") or self._home / ".config") / "containers" / "auth.json"

    def _load(self, path: Path) -> _Config | None:
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self._warn(f"{path} cannot be read ({error.strerror}); asking without its credentials")
            return None
        try:
            content = json.loads(data)
        except (ValueError, RecursionError):
            self._warn(f"{path} is not JSON; asking without its credentials")
            return None
        if not isinstance(content, dict):
            self._warn(f"{path} is not a registry configuration; asking without its credentials")
            return None
        auths, helpers, store = content.get("auths"), content.get("credHelpers"), content.get("credsStore")
        return _Config(
            path,
            {key: value for key, value in auths.items() if isinstance(value, dict)} if isinstance(auths, dict) else {},
            {key: value for key, value in helpers.items() if isinstance(value, str)} if isinstance(helpers, dict) else {},
            store if isinstance(store, str) else "",
        )

    def _find_in(self, config: _Config, host: str, repository: str) -> Credential | None:
        hosts = _HUB_HOSTS if host == DOCKER_HUB else (host,)
        for key in (*hosts, *((HUB_KEY,) if host == DOCKER_HUB else ())):
            if key in config.helpers:
                return self._ask(config, config.helpers[key], host)
        for key in _keys(hosts, repository):
            if key in config.auths and (credential := self._decode(config.path, key, config.auths[key])):
                return credential
        # docker/cli, ConvertToHostname: older files have URLs as keys.
        for key, value in config.auths.items():
            if _host_of_key(key) in hosts and (credential := self._decode(config.path, key, value)):
                return credential
        return self._ask(config, config.store, host) if config.store else None

    def _decode(self, path: Path, key: str, value: Mapping[str, object]) -> Credential | None:
        def text(name: str) -> str:
            found = value.get(name)
            return found if isinstance(found, str) else ""

        user, password = text("username"), text("password")
        if auth := text("auth"):
            try:
                user, colon, password = base64.b64decode(auth, validate=True).decode("utf-8").partition(":")
            except (binascii.Error, ValueError):
                colon = ""
            if not colon:
                self._warn(f"{path}: the entry for {key} is not base64 of user:password; asking without it")
                return None
        return Credential(user, password.strip("\0"), text("identitytoken"), text("registrytoken"))

    def _ask(self, config: _Config, helper: str, host: str) -> Credential | None:
        server = HUB_KEY if host == DOCKER_HUB else host
        if (helper, server) not in self._asked:
            self._asked[helper, server] = self._run(config, helper, server)
        return self._asked[helper, server]

    def _run(self, config: _Config, helper: str, server: str) -> Credential | None:
        name = f"docker-credential-{helper}"
        # The name comes from a file; it must stay a name, not become a path.
        program = shutil.which(name, path=self._env.get("PATH", "")) if _HELPER_NAME.fullmatch(helper) else None
        if program is None:
            self._warn(f"{config.path} names the credential helper {name!r}, which is not installed; asking {server} without credentials")
            return None
        try:
            code, output = run_helper(program, server, env=self._env, timeout=self._timeout)
        except subprocess.TimeoutExpired:
            self._warn(f"{name} did not answer within {self._timeout:g} s; asking {server} without credentials")
            return None
        except OSError as error:
            self._warn(f"{name} cannot be run ({error.strerror}); asking {server} without credentials")
            return None
        if code != 0:
            if output.strip() != _NOT_FOUND:
                self._warn(f"{name} failed with exit code {code}; asking {server} without credentials")
            return None
        return self._answer(name, server, output)

    def _answer(self, name: str, server: str, output: str) -> Credential | None:
        try:
            answer = json.loads(output)
        except (ValueError, RecursionError):
            answer = None
        user = answer.get("Username") if isinstance(answer, dict) else None
        secret = answer.get("Secret") if isinstance(answer, dict) else None
        if not isinstance(user, str) or not isinstance(secret, str):
            self._warn(f"{name} did not answer as the protocol says; asking {server} without credentials")
            return None
        return Credential(identity_token=secret) if user == _IDENTITY else Credential(user, secret)


def _ignore(_message: str) -> None:
    pass


def _keys(hosts: tuple[str, ...], repository: str) -> Iterator[str]:
    """The exact keys that may hold a repository's entry, the most specific first."""
    parts = repository.split("/")
    for length in range(len(parts), -1, -1):
        for host in hosts:
            yield "/".join((host, *parts[:length]))


def _host_of_key(key: str) -> str:
    """The host that a URL as key means; an empty string for other keys, which count only as they stand."""
    scheme, separator, rest = key.partition("://")
    if not separator or scheme not in ("http", "https"):
        host, slash, path = key.partition("/")
        return host if slash and path.rstrip("/") in ("v1", "v2") else ""
    return rest.partition("/")[0]
