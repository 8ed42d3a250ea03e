"""git's commands that talk to a remote: with a login that leaves no trace, without questions, and with an end.

A login is given to git in its environment, as one header for the one URL (``http.<url>.extraHeader``, git-config(1)): it is on no command
line, in no URL and on no disk, no credential helper sees it to store it, and no redirect is followed while it is there. Whoever may read
this process's environment can read it, hooks among them (``pre-push``).
"""

from __future__ import annotations

import base64
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from refactor.delivery.repository import GitRepository, said
from refactor.registry.config import is_loopback

_STALLED_SECONDS = 60
_USER = re.compile(r"(?<=://)[^/@\s']+@")
_SETTINGS = {
    # Less than a byte a second for a minute: nobody is there any more.
    "http.lowSpeedLimit": "1",
    "http.lowSpeedTime": str(_STALLED_SECONDS),
    "gc.auto": "0",
    "maintenance.auto": "false",
    "fetch.recurseSubmodules": "false",
    "push.recurseSubmodules": "no",
    "push.followTags": "false",
}


class Why(StrEnum):
    """Why a remote did not do what it was asked for."""

    LEASE = "lease"  # somebody else has made, moved or deleted the branch
    PROTECTED = "protected"  # a rule of the server's protects the branch
    HOOK = "hook"  # a hook of the server's declined
    LOCAL_HOOK = "local-hook"  # the pre-push hook on this machine declined
    NO_ACCESS = "no-access"  # no login, a wrong one, or one that may not
    NOT_FOUND = "not-found"  # no such repository; many servers say so to those who may not see it
    UNREACHABLE = "unreachable"  # no connection, or it broke: whether a push was done is not known
    GONE = "gone"  # the remote has no such branch
    REFUSED = "refused"  # anything else, in git's or the server's words


_SIGNS = {
    Why.REFUSED: "bad object|src refspec|not a valid ref",
    Why.GONE: "couldn't find remote ref",
    Why.NO_ACCESS: "could not read (username|password)|authentication failed|access denied|permission denied|returned error: (401|403)"
    r"|permission to \S+ denied|access to \S+ not granted|host key verification failed",
    Why.NOT_FOUND: "repository .*not found|returned error: 404|does not appear to be a git repository|no such repository"
    "|project .*not.* found",
    Why.UNREACHABLE: "could not resolve host|unable to look up|connection (refused|reset|timed out|closed)|failed to connect|timed out"
    r"|too slow|early eof|hung up|rpc failed|returned error: (429|5\d\d)|ssl|certificate|empty reply|network is unreachable"
    "|unable to access|unexpected disconnect|unable to connect",
}
"""What git and servers say, in the order in which it is looked for."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """What did not work. ``text`` is a clause for people, ``remote`` what the server said, line by line; neither holds a login."""

    reason: Why
    text: str
    remote: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Login:
    """Of an http(s) remote. For a token: GitHub ``x-access-token``, GitLab ``oauth2``, Gitea any name, and the token as password."""

    username: str
    password: str = field(repr=False)

    def header(self) -> str:
        """The Basic scheme (RFC 7617)."""
        pair = f"{self.username}:{self.password}".encode()
        return f"Authorization: Basic {base64.b64encode(pair).decode()}"

    def hidden(self, text: str) -> str:
        """A text of others without the login, should they repeat it."""
        for secret in (self.password, self.header().rpartition(" ")[2]):
            text = text.replace(secret, "***") if secret else text
        return text


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote of a repository.

    Attributes:
        place: a remote's name or a URL. With a login, a URL (:func:`push_url` gives that of a name).
        timeout: seconds after which a command is ended.
        insecure: a login may also be sent over plain http to another machine.
    """

    repository: GitRepository
    place: str = "origin"
    login: Login | None = None
    timeout: float = 600
    insecure: bool = False

    def problem(self) -> Rejected | None:
        """Why nothing can be asked here; None if it can."""
        if self.place.startswith("-"):
            return Rejected(Why.REFUSED, f"{self.place!r} is no remote")
        if self.login is None:
            return None
        parts = urlsplit(self.place)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return Rejected(Why.NO_ACCESS, "a login is for an http(s) URL; ssh has its own keys")
        if parts.scheme == "http" and not self.insecure and not is_loopback(parts.netloc.rpartition("@")[2]):
            return Rejected(Why.NO_ACCESS, f"the login for {parts.hostname} would be sent over plain http")
        return None

    def url(self) -> str:
        """What git is given: no user of the URL stands beside a login."""
        return self.place if self.login is None else _USER.sub("", self.place)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended. ``status`` is None where it was ended for taking too long."""

    status: int | None
    output: str
    errors: str

    @property
    def remote_lines(self) -> tuple[str, ...]:
        """What the server said."""
        lines = (line.removeprefix("remote:").strip() for line in re.split(r"[\r\n]+", self.errors) if line.startswith("remote:"))
        return tuple(line for line in lines if line)

    @property
    def own_text(self) -> str:
        """What git said itself, in one line."""
        return said("\n".join(line for line in re.split(r"[\r\n]+", self.errors) if not line.startswith(("remote:", "To "))))


def push_url(repository: GitRepository, name: str = "origin") -> str | Rejected:
    """The URL to which a remote is pushed, with ``pushurl`` and ``url.*.insteadOf`` applied."""
    answer = ask(Remote(repository), "remote", "get-url", "--push", "--", name)
    if answer.status == 0:
        return answer.output.removesuffix("\n")
    return Rejected(Why.REFUSED, f"there is no remote {name}" if answer.status == 2 else answer.own_text)


def ask(remote: Remote, *arguments: str, variables: Mapping[str, str] | None = None, data: bytes | None = None) -> Answer:
    """Run a git command for a remote; ``data`` is its input.

    It has no terminal, so it can ask nobody; when this process is interrupted, it ends too.
    """
    repository = remote.repository
    environment = {
        **repository.environment(),
        **_configured(remote),
        **(variables or {}),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_TRACE_REDACT": "1",
    }
    if remote.login is not None:
        for name in ("GIT_ASKPASS", "SSH_ASKPASS"):
            environment.pop(name, None)
    try:
        process = subprocess.Popen(
            ["git", *arguments],
            cwd=repository.top or repository.git_dir,
            env=environment,
            stdin=subprocess.DEVNULL if data is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError:
        return Answer(127, "", "git is not installed")
    except OSError as error:
        return Answer(127, "", f"git does not start: {error.strerror}")
    with process:
        try:
            output, errors = process.communicate(data, timeout=remote.timeout)
        except subprocess.TimeoutExpired:
            _end(process)
            output, errors = process.communicate()
            return Answer(None, "", _cleaned(remote, errors))
        except BaseException:
            _end(process)
            raise
    return Answer(process.returncode, os.fsdecode(output), _cleaned(remote, errors))


def failure(answer: Answer) -> Rejected:
    """What a command that did not reach its end has failed of, by what git and the server said."""
    lines = answer.remote_lines
    if answer.status is None:
        return Rejected(Why.UNREACHABLE, "the remote took too long to answer", lines)
    text = "; ".join(part for part in (answer.own_text, *lines) if part) or f"git ended with {answer.status}"
    found = (reason for reason, signs in _SIGNS.items() if re.search(signs, text, re.IGNORECASE))
    return Rejected(next(found, Why.REFUSED), text, lines)


def _cleaned(remote: Remote, errors: bytes) -> str:
    text = _USER.sub("", os.fsdecode(errors))
    return text if remote.login is None else remote.login.hidden(text)


def _configured(remote: Remote) -> Mapping[str, str]:
    """Settings as variables (git-config(1), ``GIT_CONFIG_COUNT``), after those that are there already."""
    try:
        first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    except ValueError:
        first = 0
    settings = [*_SETTINGS.items(), *_of_login(remote)]
    result = {"GIT_CONFIG_COUNT": str(first + len(settings))}
    for number, (key, value) in enumerate(settings, first):
        result |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return result


def _of_login(remote: Remote) -> Iterator[tuple[str, str]]:
    if remote.login is None:
        return
    url = remote.url()
    parts = urlsplit(url)
    # An empty value takes back what files have set: two of these headers are one too many, and a helper would answer in our place.
    yield f"http.{url}.extraHeader", ""
    yield f"http.{url}.extraHeader", remote.login.header()
    yield f"http.{url}.followRedirects", "false"
    yield "credential.helper", ""
    yield f"credential.{parts.scheme}://{parts.netloc}.helper", ""
    yield "core.askPass", ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and the helpers that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
