"""Where usage is asked for, and with what credentials. Secrets come from the environment or from files, never from a command line.

Environment: ``TFMOD_PROMETHEUS_TOKEN`` or ``..._TOKEN_FILE`` (a bearer token); ``..._USERNAME`` with ``..._PASSWORD`` or
``..._PASSWORD_FILE``; ``..._HEADERS`` (``Name: value``, one a line), for a gateway's key. In ``tfmod.toml`` stands what is no secret::

    [prometheus]
    url = "https://mimir.example/prometheus"
    token_file = "/var/run/secrets/prometheus/token"
    username = "tfmod"                      # with password_file
    password_file = "/run/secrets/prometheus"
    ca_file = "/etc/ssl/internal-ca.pem"
    cert_file = "/etc/tfmod/client.pem"     # with key_file, unless the key is in it
    key_file = "/etc/tfmod/client.key"
    insecure_skip_verify = false            # trust any certificate
    insecure_credentials = false            # send credentials over plain http to another machine
    headers = { X-Scope-OrgID = "team-a" }
    labels = { cluster = "prod" }           # only series with these labels
    timeout = 120                           # seconds for one query
    days = 14
    step = "5m"

Paths are relative to the file's directory.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from refactor.registry.config import is_loopback

PREFIX = "TFMOD_PROMETHEUS_"
DEFAULT_WINDOW = timedelta(days=14)
DEFAULT_STEP = timedelta(minutes=5)

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2, "token"
_HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?")
_OURS = frozenset({"authorization", "accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent"})
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")  # Prometheus, "Data model"
_DURATION = re.compile(r"([0-9]{1,6})(s|m|h|d)")
_HERE = Path()
_ELSEWHERE = ("token_file", "username", "password_file", "ca_file", "cert_file", "key_file")
"""Settings that mean something only together with files and the environment."""
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class PrometheusConfigError(ValueError):
    """The settings cannot be used; the message says which and why, and holds no secret."""


@dataclass(frozen=True, slots=True)
class PrometheusConfig:
    """How one Prometheus-compatible server is asked.

    Attributes:
        url: the base URL, to which ``/api/v1/query`` is added: Prometheus' or Thanos' own, ``https://mimir.example/prometheus``,
            ``http://vmselect:8481/select/0/prometheus``. Plain http is common for these, and allowed; with credentials only to loopback, or
            with ``insecure_credentials``.
        token: a bearer token (RFC 6750). Not with ``username`` and ``password`` (RFC 7617).
        headers: sent along, such as ``X-Scope-OrgID``; they stand in ``tfmod.toml``, so they are no secrets. ``secret_headers`` are.
        ca_file: certificates to trust in place of the system's; ``cert_file`` and ``key_file`` are the client's own.
        labels: what every series asked for must be labelled with, such as ``cluster`` where one server knows several.
        window: how far back to look; ``step`` is the distance of the instants that are looked at, and the range of the CPU rate.
        timeout: seconds for one query, of which the server is told; ``connect_timeout`` those for a connection.
        retries: how often a request is repeated after a connection error, 429 or 5xx; ``max_wait`` the longest ``Retry-After`` obeyed.
        budget: seconds for all queries together.
        max_points: how many points (series times instants) one query may be about, by estimate. Prometheus holds up to three times as many
            for it at once, and refuses at 50 million (``--query.max-samples``).
        max_requests: how many requests one run may make.

    Raises:
        PrometheusConfigError: something of it cannot be used, or would send credentials in the clear.
    """

    url: str
    token: str = field(default="", repr=False)
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    insecure_skip_verify: bool = False
    insecure_credentials: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    window: timedelta = DEFAULT_WINDOW
    step: timedelta = DEFAULT_STEP
    timeout: float = 120.0
    connect_timeout: float = 10.0
    retries: int = 3
    max_wait: float = 60.0
    budget: float = 900.0
    max_points: int = 10_000_000
    max_requests: int = 500

    def __post_init__(self) -> None:
        _check_url(self.url)
        if self.token and (self.username or self.password):
            raise PrometheusConfigError("there are a token and a user name or password; a request carries only one of them")
        if bool(self.username) != bool(self.password):
            raise PrometheusConfigError("a user name needs a password, and a password a user name")
        if ":" in self.username:
            raise PrometheusConfigError("a user name cannot hold a colon (RFC 7617)")
        if not _HEADER_VALUE.fullmatch(self.token or "x"):
            raise PrometheusConfigError("the token holds characters that no header can carry")
        _check_headers(self.headers)
        _check_headers(self.secret_headers)
        _check_labels(self.labels)
        _check_files(self.ca_file, self.cert_file, self.key_file)
        if self._plain and self.has_credentials and not self.insecure_credentials:
            raise PrometheusConfigError(
                f"{self.base} is plain http on another machine, and there are credentials that would go there readable for all in between: "
                "use https, or set insecure_credentials"
            )
        if self.step < timedelta(minutes=1) or self.step.microseconds or self.window % self.step or self.window < self.step:
            raise PrometheusConfigError("the step must be at least a minute, and the window a multiple of it")
        if min(self.timeout, self.connect_timeout, self.budget) <= 0 or self.retries < 0 or min(self.max_points, self.max_requests) < 1:
            raise PrometheusConfigError("time-outs and limits must be above zero")

    @property
    def base(self) -> str:
        return self.url.rstrip("/")

    @property
    def netloc(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def has_credentials(self) -> bool:
        return bool(self.authorization or self.secret_headers)

    @property
    def authorization(self) -> str:
        """The value of the ``Authorization`` header, or an empty string."""
        if self.token:
            return f"Bearer {self.token}"
        if self.username:
            return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        return ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be printed, should a server repeat it."""
        values = (self.authorization.partition(" ")[2], self.password, *self.secret_headers.values())
        return tuple(sorted((value for value in values if value), key=len, reverse=True))

    @property
    def _plain(self) -> bool:
        return urlsplit(self.url).scheme == "http" and not is_loopback(self.netloc)


def load_prometheus(url: str | None, settings: Mapping[str, object], env: Mapping[str, str], *, base: Path = _HERE) -> PrometheusConfig:
    """Return the configuration from ``--prometheus URL``, the table ``[prometheus]`` and the environment; what comes first here wins,
    but for credentials, where the environment does. Paths in the table are relative to ``base``.

    Raises:
        PrometheusConfigError: as for :class:`PrometheusConfig`; also an unknown setting, a wrong type, or a file that cannot be read.
    """
    table = _Table(settings, base)
    configured = table.text("url")
    chosen = url or configured
    if configured:
        _check_configured(configured)
    if not chosen:
        raise PrometheusConfigError("there is no URL: --prometheus URL, or url in [prometheus]")
    config = PrometheusConfig(
        chosen,
        token=_secret(env, "TOKEN", table.path("token_file")),
        username=env.get(f"{PREFIX}USERNAME") or table.text("username"),
        password=_secret(env, "PASSWORD", table.path("password_file")),
        headers=table.mapping("headers"),
        secret_headers=_header_lines(env.get(f"{PREFIX}HEADERS", "")),
        ca_file=table.path("ca_file"),
        cert_file=table.path("cert_file"),
        key_file=table.path("key_file"),
        insecure_skip_verify=table.flag("insecure_skip_verify"),
        insecure_credentials=table.flag("insecure_credentials"),
        labels=table.mapping("labels"),
        window=timedelta(days=table.number("days", DEFAULT_WINDOW.days)),
        step=_duration(table.text("step") or "5m"),
        timeout=table.number("timeout", 120.0),
    )
    table.done()
    return config


def check_settings(settings: Mapping[str, object]) -> None:
    """Look at the table ``[prometheus]`` alone, for a run that may measure nothing: no file that it names has to be there.

    Raises:
        PrometheusConfigError: an unknown setting, a wrong type, or a value that cannot be right.
    """
    table = _Table({name: value for name, value in settings.items() if name in _ELSEWHERE}, _HERE)
    for name in _ELSEWHERE:
        table.text(name)
    rest = {name: value for name, value in settings.items() if name not in _ELSEWHERE}
    load_prometheus(None if rest.get("url") else "http://127.0.0.1", rest, {})


def _check_configured(url: str) -> None:
    try:
        _check_url(url)
    except PrometheusConfigError as error:
        raise PrometheusConfigError(f"prometheus.url: {error}") from error


class _Table:
    """Reads settings by type, and knows which nobody asked for."""

    def __init__(self, settings: Mapping[str, object], base: Path) -> None:
        self._left = dict(settings)
        self._base = base

    def text(self, name: str) -> str:
        value = self._left.pop(name, "")
        if not isinstance(value, str):
            raise PrometheusConfigError(f"prometheus.{name} must be a string")
        return value

    def path(self, name: str) -> Path | None:
        value = self.text(name)
        return self._base / Path(value).expanduser() if value else None

    def flag(self, name: str) -> bool:
        value = self._left.pop(name, False)
        if not isinstance(value, bool):
            raise PrometheusConfigError(f"prometheus.{name} must be true or false")
        return value

    def number(self, name: str, default: float) -> float:
        value = self._left.pop(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10**6:
            raise PrometheusConfigError(f"prometheus.{name} must be a number above zero")
        return value

    def mapping(self, name: str) -> dict[str, str]:
        value = self._left.pop(name, {})
        if not isinstance(value, Mapping) or not all(isinstance(each, str) for each in value.values()):
            raise PrometheusConfigError(f"prometheus.{name} must be a table of strings")
        return dict(value)

    def done(self) -> None:
        if self._left:
            raise PrometheusConfigError(f"prometheus.{min(self._left)} is no setting")


def _secret(env: Mapping[str, str], name: str, path: Path | None) -> str:
    """From the environment, from the file that it names, or from the file of the settings."""
    if value := env.get(f"{PREFIX}{name}"):
        return value.strip("\r\n")
    where = f"prometheus.{name.lower()}_file"
    if named := env.get(f"{PREFIX}{name}_FILE"):
        path, where = Path(named), f"{PREFIX}{name}_FILE"
    if path is None:
        return ""
    try:
        value = path.read_text("utf-8").rstrip("\r\n")
    except OSError as error:
        raise PrometheusConfigError(f"{where}: {path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise PrometheusConfigError(f"{where}: {path} is not text") from error
    if not value:
        raise PrometheusConfigError(f"{where}: {path} is empty")
    return value


def _header_lines(text: str) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = line.partition(":")
        if not colon:
            raise PrometheusConfigError(f"{PREFIX}HEADERS has a line that is not 'Name: value'")
        headers[name.strip()] = value.strip()
    return headers


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise PrometheusConfigError("prometheus.step must be a duration such as '5m'")
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise PrometheusConfigError("the URL is none") from error
    if "@" in parts.netloc:
        raise PrometheusConfigError(f"leave credentials out of the URL; give them as {PREFIX}USERNAME and {PREFIX}PASSWORD")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or re.search(r"[\s\x00-\x1f\\]", url):
        raise PrometheusConfigError(f"{url!r} is not a base URL such as 'http://127.0.0.1:9090' or 'https://mimir.example/prometheus'")


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise PrometheusConfigError(f"the header {name!r} has a name or a value that cannot be sent")
        if name.lower() in _OURS:
            raise PrometheusConfigError(
                f"the header {name} is not for you to set; a token or a password goes into {PREFIX}TOKEN or {PREFIX}PASSWORD"
            )


def _check_labels(labels: Mapping[str, str]) -> None:
    for name in labels:
        if not _LABEL_NAME.fullmatch(name):
            raise PrometheusConfigError(f"labels: {name!r} is no label's name")


def _check_files(ca_file: Path | None, cert_file: Path | None, key_file: Path | None) -> None:
    if key_file is not None and cert_file is None:
        raise PrometheusConfigError("a key_file needs a cert_file")
    for name, path in (("ca_file", ca_file), ("cert_file", cert_file), ("key_file", key_file)):
        if path is not None and not (path.is_file() and os.access(path, os.R_OK)):
            raise PrometheusConfigError(f"{name}: {path} is not there, or cannot be read")
