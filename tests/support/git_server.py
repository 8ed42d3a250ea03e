"""A real git server on loopback: ``git http-backend`` behind Python's HTTP server, with a login, and with ways to fail."""

from __future__ import annotations

import base64
import gzip
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.support.git import ENVIRONMENT, Repository

USER, PASSWORD = "x-access-token", "s3cr:t/token"


@dataclass(frozen=True)
class Seen:
    """A request as the server got it."""

    method: str
    path: str
    authorization: tuple[str, ...]


Fault = Callable[[Seen], str]
"""What happens to a request: ``""`` nothing, ``drop`` no answer, ``lose`` it is done and the answer is lost, ``html`` a page, ``busy`` a
503, ``away`` a redirect to another server, ``hold`` the answer waits until the server ends."""


@dataclass
class GitServer:
    """Bare repositories in ``root``, served at ``url``."""

    root: Path
    url: str = ""
    login: tuple[str, str] | None = None
    fault: Fault = lambda _: ""
    elsewhere: str = ""
    seen: list[Seen] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def create(self, name: str = "team/infra.git", *options: str) -> Repository:
        """A new bare repository; its default branch is main."""
        bare = Repository(self.root / name)
        bare.root.mkdir(parents=True)
        bare.run("init", "--quiet", "--bare", "--initial-branch=main", *options)
        bare.run("config", "http.receivepack", "true")
        return bare

    def address(self, name: str = "team/infra.git") -> str:
        return f"{self.url}/{name}"


def hook(repository: Repository, name: str, script: str) -> None:
    """Install a hook."""
    git_dir = Path(repository.text("rev-parse", "--absolute-git-dir"))
    place = git_dir / "hooks" / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)


@contextmanager
def git_server(root: Path) -> Iterator[GitServer]:
    """Serve the repositories in a directory."""
    root.mkdir(parents=True, exist_ok=True)
    server = GitServer(root)

    class Handler(_Handler):
        git = server

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.ended.set()
            http.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    git: GitServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests look at ``seen``."""

    def _answer(self) -> None:
        seen = Seen(self.command, self.path, tuple(self.headers.get_all("Authorization") or ()))
        self.git.seen.append(seen)
        body = self._body()
        fault = self.git.fault(seen)
        if fault == "hold":
            self.git.held.set()
            self.git.ended.wait()
        if fault in ("drop", "hold"):
            self.close_connection = True
        elif fault == "html":
            self._send(HTTPStatus.OK, {"Content-Type": "text/html"}, b"<html>Down for maintenance</html>")
        elif fault == "busy":
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, {}, b"")
        elif fault == "away":
            self._send(HTTPStatus.FOUND, {"Location": self.git.elsewhere + self.path}, b"")
        elif self.git.login is not None and seen.authorization != (_basic(*self.git.login),):
            self._send(HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
        else:
            status, headers, content = self._backend(body)
            if fault == "lose":
                self.close_connection = True
            else:
                self._send(status, headers, content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        else:
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            body = b"".join(parts)
        return gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body

    def _backend(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        path, _, query = self.path.partition("?")
        variables = {
            "GIT_PROJECT_ROOT": str(self.git.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": "127.0.0.1",
            "REMOTE_USER": self.git.login[0] if self.git.login else "",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        }
        done = subprocess.run(["git", "http-backend"], input=body, env={**ENVIRONMENT, **variables}, capture_output=True, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        return int(headers.pop("Status", "200").split(" ")[0]), headers, content

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
