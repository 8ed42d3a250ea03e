"""A real Gitea on loopback, where there is one: it takes minutes and a Go compiler to build, so `scripts/get-gitea` is run by hand."""

from __future__ import annotations

import base64
import itertools
import os
import re
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from refactor.forges.client import Forge, client_for
from refactor.forges.http import Transport
from refactor.forges.model import PullRequest
from refactor.forges.remote import Location
from refactor.forges.secret import Secret
from refactor.forges.settings import ForgeKind
from refactor.forges.tokens import Token, git_user
from tests.forges.contract import checking, contract
from tests.forges.world import BOT, PERSON
from tests.support.git import ENVIRONMENT, Repository

DIRECTORY = "TFMOD_GITEA"
SCOPES = ("write:repository", "write:issue", "read:user")
"""What docs/forges.md says that the bot's token needs, and no more."""

_PASSWORD = "lab-password-1"
_DEADLINE = 60.0
_CONFIG = """
APP_NAME = lab
RUN_MODE = prod
RUN_USER = {user}
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
WORK_PATH = {work}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = {port}
ROOT_URL = http://127.0.0.1:{port}/
STATIC_ROOT_PATH = {static}
OFFLINE_MODE = true
DISABLE_SSH = true
[database]
DB_TYPE = sqlite3
PATH = {work}/gitea.db
[security]
INSTALL_LOCK = true
PASSWORD_HASH_ALGO = pbkdf2$1000$50
SECRET_KEY = lab
[service]
DISABLE_REGISTRATION = true
[repository]
ROOT = {work}/repos
DEFAULT_BRANCH = main
[indexer]
ISSUE_INDEXER_TYPE = db
[queue]
TYPE = channel
[cron]
ENABLED = false
[actions]
ENABLED = false
[packages]
ENABLED = false
[picture]
DISABLE_GRAVATAR = true
[log]
MODE = file
ROOT_PATH = {work}/log
LEVEL = Warn
"""


@dataclass(frozen=True, slots=True)
class RunningGitea:
    """``tokens`` are those of the person, who may do everything, and of the bot, by login."""

    url: str
    tokens: Mapping[str, str]

    def ask(self, method: str, path: str, body: object = None, *, login: str = PERSON) -> requests.Response:
        headers = {"Authorization": f"token {self.tokens[login]}"}
        response = requests.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=30)
        assert response.ok, f"{method} {path}: {response.status_code} {response.text[:300]}"
        return response


@pytest.fixture(scope="session")
def gitea_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGitea]:
    """One server for the whole session: make a repository of your own in it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tfmod-tools" / "gitea"
    home = Path(os.environ.get(DIRECTORY) or cache)
    program, static = home / "gitea", home / "static-root"
    if not program.is_file() or not static.is_file():
        # It takes minutes to build, so neither scripts/test nor CI does; the make-believe forges go through the same tests.
        pytest.skip(f"no Gitea in {home}: `scripts/get-gitea` builds one there; {DIRECTORY} names another directory")
    with _running(tmp_path_factory.mktemp("gitea"), program, Path(static.read_text().strip())) as server:
        yield server


@contextmanager
def _running(work: Path, program: Path, static: Path) -> Iterator[RunningGitea]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    config = work / "app.ini"
    user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    config.write_text(_CONFIG.format(user=user, work=work, port=port, static=static))
    (work / "home").mkdir()
    env = {"PATH": os.environ["PATH"], "HOME": str(work / "home"), "GITEA_WORK_DIR": str(work)}

    def run(*arguments: str) -> str:
        done = subprocess.run([program, "-c", config, *arguments], env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"gitea {arguments[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def person(login: str, scopes: str, *options: str) -> str:
        new = ["--username", login, "--password", _PASSWORD, "--email", f"{login}@example.invalid", "--must-change-password=false"]
        token = ["--access-token", "--access-token-name", "tests", "--access-token-scopes", scopes]
        found = re.search(r"\b[0-9a-f]{40}\b", run("admin", "user", "create", *new, *token, *options))
        assert found is not None
        return found[0]

    run("migrate")
    tokens = {PERSON: person(PERSON, "all", "--admin"), BOT: person(BOT, ",".join(SCOPES))}
    url, log = f"http://127.0.0.1:{port}", work / "web.log"
    with log.open("wb") as out, subprocess.Popen([program, "-c", config, "web"], env=env, stdout=out, stderr=out) as process:
        try:
            _wait(process, url, log)
            yield RunningGitea(url, tokens)
        finally:
            process.terminate()
            process.wait(20)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Return when the server answers; looking whether it has died is what passes the time between two tries."""
    deadline = time.monotonic() + _DEADLINE
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{url}/api/v1/version", timeout=1).ok:
                return
        except (requests.exceptions.ConnectionError, requests.exceptions.Timeout):
            pass
        try:
            code = process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"gitea ended with {code}:\n{log.read_text()}", pytrace=False)
    pytest.fail(f"gitea is not ready after {_DEADLINE:g} s:\n{log.read_text()}", pytrace=False)


class GiteaLab:
    """A new repository of the person's, to which the bot may write; pushes are real ones, over http, with the bot's token."""

    def __init__(self, server: RunningGitea, directory: Path) -> None:
        self.server = server
        self.project = f"{PERSON}/infra-{secrets.token_hex(4)}"
        self.problems: list[str] = []
        server.ask("POST", "/user/repos", {"name": self.project.partition("/")[2], "default_branch": "main"})
        server.ask("PUT", f"/repos/{self.project}/collaborators/{BOT}", {"permission": "write"})
        self.location = Location(ForgeKind.GITEA, server.url.partition("//")[2], self.project, f"{server.url}/api/v1", server.url)
        self.token = Token(Secret(server.tokens[BOT]), "GITEA_TOKEN")
        self.transport = self.transport_with(self.token)
        self.client: Forge = client_for(self.transport)
        self.git = Repository.create(directory, {"main.tf": b"locals {}\n"})
        self.git = Repository(directory, ENVIRONMENT | _login(server.url, self.token))
        self.git.run("remote", "add", "origin", f"{server.url}/{self.project}.git")
        self.git.run("push", "--quiet", "origin", "main")
        self._until("the first push", lambda: not server.ask("GET", f"/repos/{self.project}").json()["empty"])
        self._marks = itertools.count()

    def transport_with(self, token: Token | None) -> Transport:
        session = checking(contract("gitea"), "/api/v1", self.problems)
        return Transport(self.location, token, env={}, session_factory=session)

    def push(self, branch: str, content: str) -> str:
        self.git.run("checkout", "--quiet", "-B", "work", "main")
        self.git.write({"images.tf": f"locals {{\n  image = {content!r}\n  tag   = 1\n}}\n".encode()})
        commit = self.git.commit(f"change {next(self._marks)}")
        self.git.run("push", "--quiet", "--force", "origin", f"work:refs/heads/{branch}")
        self._settled(branch, commit)
        return commit

    def delete(self, branch: str) -> None:
        self.git.run("push", "--quiet", "origin", f":refs/heads/{branch}")

    def archive(self) -> None:
        self.server.ask("PATCH", f"/repos/{self.project}", {"archived": True})

    def says(self, pull: PullRequest, body: str) -> None:
        self.server.ask("POST", f"/repos/{self.project}/issues/{pull.number}/comments", {"body": body})

    def merge(self, pull: PullRequest) -> None:
        """As a squash commit, made by hand: Gitea merges only when its check for conflicts has ended."""
        self.git.run("fetch", "--quiet", "origin", f"refs/pull/{pull.number}/head:refs/person/merge", "--force")
        self.git.run("checkout", "--quiet", "main")
        self.git.run("merge", "--quiet", "--squash", "refs/person/merge")
        commit = self.git.commit("merged")
        self.git.run("push", "--quiet", "origin", "main")
        self.server.ask("PATCH", f"/repos/{self.project}", {"allow_manual_merge": True})
        self.server.ask("POST", f"/repos/{self.project}/pulls/{pull.number}/merge", {"Do": "manually-merged", "MergeCommitID": commit})

    def forked(self, branch: str) -> None:
        owner, fork = BOT, f"fork-{secrets.token_hex(4)}"
        self.server.ask("POST", f"/repos/{self.project}/forks", {"name": fork}, login=BOT)
        content = {"content": "eA==", "branch": branch, "message": "theirs"}
        self.server.ask("POST", f"/repos/{owner}/{fork}/contents/theirs.tf", content, login=BOT)
        new = {"head": f"{owner}:{branch}", "base": "main", "title": "theirs"}
        self.server.ask("POST", f"/repos/{self.project}/pulls", new, login=BOT)

    def _settled(self, branch: str, commit: str) -> None:
        def shown() -> bool:
            listed = self.server.ask("GET", f"/repos/{self.project}/pulls?state=open&limit=50").json()
            own = [pull["head"] for pull in listed if pull["head"]["repo_id"] == pull["base"]["repo_id"]]
            return all(head["sha"] == commit for head in own if head["ref"] == branch)

        self._until(f"{commit} on {branch}", shown)

    def _until(self, what: str, shown: Callable[[], bool]) -> None:
        """Wait for what Gitea does only after a push has ended."""
        deadline = time.monotonic() + _DEADLINE
        while not shown():
            if time.monotonic() > deadline:
                pytest.fail(f"Gitea does not show {what}", pytrace=False)


def _login(url: str, token: Token) -> dict[str, str]:
    """The token for git, on no command line and in no URL, as the bot gives it (git-config(1), ``GIT_CONFIG_COUNT``)."""
    pair = f"{git_user(ForgeKind.GITEA, token)}:{token.secret.reveal()}"
    header = f"Authorization: Basic {base64.b64encode(pair.encode()).decode()}"
    return {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"http.{url}/.extraHeader", "GIT_CONFIG_VALUE_0": header}


@contextmanager
def gitea_lab(server: RunningGitea, directory: Path) -> Iterator[GiteaLab]:
    lab = GiteaLab(server, directory)
    yield lab
    lab.transport.close()
    assert not lab.problems, "\n".join(dict.fromkeys(lab.problems))
