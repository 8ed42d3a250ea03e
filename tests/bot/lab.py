"""A project to run ``tfmod bot`` on: a real git server, and beside it a make-believe forge that sees what is pushed there."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from refactor.bot import place
from refactor.cli import main
from refactor.delivery.remote import Remote
from refactor.delivery.repository import GitRepository
from refactor.forges.client import client_for
from refactor.forges.remote import Location
from refactor.forges.secret import Secret
from refactor.forges.settings import ForgeKind
from refactor.forges.tokens import Token, git_user
from refactor.hcl import plain
from tests.forges.labs import FakeLab, fake_lab
from tests.forges.world import TOKEN, FakePull
from tests.support.git import Repository, isolate
from tests.support.git_server import GitServer, git_server
from tests.support.scripted import Answer, Request

TOKENS = {ForgeKind.GITHUB: "GH_ENTERPRISE_TOKEN", ForgeKind.GITLAB: "GITLAB_TOKEN", ForgeKind.GITEA: "GITEA_TOKEN"}
CLEARED = ("CI", "GITHUB_", "GITLAB_", "GITEA_", "FORGEJO_", "GH_", "DRONE_", "DRY_RUN", "NO_COLOR", "TFMOD_", "XDG_", "REGISTRY_")


def deployment(name: str, image: str, replicas: int = 1) -> bytes:
    return (
        f'resource "kubernetes_deployment" "{name}" {{\n  metadata {{\n    name = "{name}"\n  }}\n  spec {{\n    replicas = {replicas}\n'
        f'    selector {{\n      match_labels = {{\n        app = "{name}"\n      }}\n    }}\n    template {{\n      metadata {{\n'
        f'        labels = {{\n          app = "{name}"\n        }}\n      }}\n      spec {{\n        container {{\n'
        f'          name  = "{name}"\n          image = "{image}"\n        }}\n      }}\n    }}\n  }}\n}}\n'
    ).encode()


def lock(**versions: str) -> bytes:
    """A lock file in which each image of Docker Hub is at a version: another version is another digest."""
    entries = "".join(
        f'\n[[image]]\nreference = "docker.io/library/{name}:latest"\ndigest = "sha256:{hashlib.sha256(version.encode()).hexdigest()}"\n'
        f'kind = "index"\nversion = "{version}"\nresolved = 2026-01-27T12:00:00Z\nfrom = "docker.io"\n'
        for name, version in sorted(versions.items())
    )
    return f"# Written by tfmod: what each image stood for when it was pinned. `--refresh` renews it.\nversion = 1\n{entries}".encode()


def config(kind: str, more: str = "") -> bytes:
    return f'[forge]\ntype = "{kind}"\n\n[bot]\ncodemods = ["pin-images", "add-pdbs"]\n{more}'.encode()


FILES: Mapping[str, bytes] = {
    "stacks/web/main.tf": deployment("web", "nginx:latest", 2),
    "stacks/db/main.tf": deployment("db", "postgres:latest"),
    "tfmod.lock": lock(nginx="1.27.3", postgres="17.2"),
}


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What was done, without addresses of pages."""
        return [line for line in self.out.splitlines() if not line.startswith("    ")]


class BotLab:
    """``person`` is somebody's clone; the bot runs in ``desk``, another one."""

    def __init__(
        self, kind: ForgeKind, server: GitServer, forge: FakeLab, template: Path, directory: Path, capture: pytest.CaptureFixture[str]
    ) -> None:
        self.kind, self.forge, self.world = kind, forge, forge.world
        self._server, self.over_http = server, False
        self._capture = capture
        self._directory = directory
        server.login = (git_user(kind, Token(Secret(TOKEN), TOKENS[kind])), TOKEN)
        shutil.copytree(template, directory, dirs_exist_ok=True)
        self.bare, self.person, self.desk = (Repository(directory / name) for name in ("server/team/infra.git", "person", "desk"))
        self.desk.run("remote", "set-url", "origin", server.address())
        self._answer: Callable[[Request], Answer] = forge.script.answer
        forge.script.answer = self.answer

    @property
    def server(self) -> GitServer:
        """The git server. A test that has to do with it goes over http, with the login; the others take the shorter way through files."""
        self.over_http = True
        return self._server

    def answer(self, request: Request) -> Answer:
        """The forge's answer, which sees what has been pushed by now."""
        self.world.branches = self._heads()
        for pull in self.world.pulls:
            if pull.state == "open" and not pull.fork:
                pull.commit = self.world.branches.get(pull.head, pull.commit)
        return self._answer(request)

    def clone(self, name: str, *options: str) -> Repository:
        """A clone without the objects of anybody else's."""
        made = _clone(self.bare, self._directory / name, *options)
        made.run("remote", "set-url", "origin", self._server.address())
        return made

    def push(self, repository: Repository, refspec: str = "HEAD:refs/heads/main", *options: str) -> None:
        """Straight into the server's repository, as any person may."""
        repository.run("push", "--quiet", *options, f"file://{self.bare.root}", refspec)

    def commit(self, files: Mapping[str, bytes | None], message: str = "upstream") -> str:
        """A commit on main; None removes a file."""
        self.person.run("checkout", "--quiet", "-B", "main", "main")
        self.person.write({path: data for path, data in files.items() if data is not None})
        for path in (p for p, data in files.items() if data is None):
            (self.person.root / path).unlink()
        commit = self.person.commit(message)
        self.push(self.person)
        return commit

    def person_pushes(self, branch: str, files: Mapping[str, bytes]) -> str:
        """A commit on top of the bot's."""
        self.person.run("fetch", "--quiet", f"file://{self.bare.root}", branch)
        self.person.run("checkout", "--quiet", "-B", "review", "FETCH_HEAD")
        self.person.write(files)
        commit = self.person.commit("a reviewer's fix")
        self.push(self.person, f"HEAD:refs/heads/{branch}")
        self.person.run("checkout", "--quiet", "main")
        return commit

    def merge(self, pull: FakePull) -> None:
        """As a merge commit on main."""
        self.person.run("fetch", "--quiet", f"file://{self.bare.root}", pull.head)
        self.person.run("checkout", "--quiet", "main")
        self.person.run("merge", "--quiet", "--no-ff", "-m", "merged", "FETCH_HEAD")
        self.push(self.person)
        pull.state = "merged"

    def run(self, *arguments: str, command: str = "bot", desk: Repository | None = None, at: str = ".") -> Ran:
        """``tfmod bot --offline`` in the desk, whose own things must be as they were."""
        used = desk or self.desk
        before = _own(used)
        os.chdir(used.root / at)
        code = main([command, "--offline", *arguments])
        captured = self._capture.readouterr()
        touched = {path for path, _ in before.items() ^ _own(used).items()}
        assert not touched, f"the user's repository was touched: {sorted(touched)}"
        assert TOKEN not in captured.out + captured.err
        return Ran(code, captured.out, captured.err)

    def report(self, *arguments: str) -> dict[str, dict[str, Any]]:
        """The groups of the report in JSON, by name."""
        document = json.loads(self.run("--format", "json", *arguments).out)
        return {group["group"]: group for group in document["groups"]}

    @property
    def pulls(self) -> list[tuple[int, str, str]]:
        return [(pull.number, pull.head, pull.state) for pull in self.world.pulls]

    @property
    def branches(self) -> dict[str, str]:
        """Those of the server, without main."""
        return {name: commit for name, commit in self._heads().items() if name != "main"}

    def _heads(self) -> dict[str, str]:
        """As git keeps them in files, which is asked for with each request."""
        heads = self.bare.root / "refs" / "heads"
        found = [(p, p.relative_to(heads).as_posix()) for p in heads.rglob("*") if p.is_file() and p.suffix != ".lock"]
        return {name: path.read_text().strip() for path, name in found}

    def writes(self) -> list[str]:
        """Requests that change something."""
        return [line for line in self.forge.script.lines if not line.startswith("GET ") and "graphql" not in line]

    def show(self, spec: str) -> str:
        return self.bare.text("show", spec)


def _own(repository: Repository) -> Mapping[Path, bytes]:
    """Everything in the working tree and the git directory, without objects, which no ref leads to, and the empty ``refs/tfmod``, which git
    leaves where a fetch has had its refs."""
    git = repository.root if (repository.root / "HEAD").is_file() else repository.root / ".git"
    found: dict[Path, bytes] = {}
    for directory, names, files in os.walk(repository.root):
        if Path(directory) == git:
            names.remove("objects")
        found |= {Path(directory, name): Path(directory, name).read_bytes() for name in files}
        found |= {place: b"" for name in names if (place := Path(directory, name)) != git / "refs" / "tfmod"}
    return found


def _clone(bare: Repository, target: Path, *options: str) -> Repository:
    bare.run("clone", "--quiet", *options, f"file://{bare.root}", str(target))
    return Repository(target)


def build_template(kind: ForgeKind, directory: Path) -> None:
    """What each lab starts from: the server's repository, a person's with one commit, which is pushed, and the bot's clone."""
    bare = GitServer(directory / "server").create()
    person = Repository.create(directory / "person", {**FILES, "tfmod.toml": config(kind)})
    person.run("push", "--quiet", f"file://{bare.root}", "HEAD:refs/heads/main")
    _clone(bare, directory / "desk")
    for sample in directory.rglob("hooks/*.sample"):
        sample.unlink()


_values = cache(plain._read)
"""All labs start from the same files: python-hcl2 reads each once for all tests, as that is the longest part of a run."""


@contextmanager
def bot_lab(
    kind: ForgeKind, template: Path, directory: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
) -> Iterator[BotLab]:
    """The bot's environment is a job's: a token, an identity, and nothing of this machine."""
    for name in list(os.environ):
        if name.startswith(CLEARED):
            monkeypatch.delenv(name)
    isolate(monkeypatch)
    monkeypatch.setenv("HOME", str(directory / "home"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(directory))
    monkeypatch.chdir(directory)
    with git_server(directory / "server") as server, fake_lab(kind) as forge:
        monkeypatch.setenv(TOKENS[kind], TOKEN)
        monkeypatch.setenv("TFMOD_FORGE_URL", forge.script.url)
        lab = BotLab(kind, server, forge, template, directory, capture)
        opened = place.open_remote

        def connected(location: Location, token: Token, env: Mapping[str, str]) -> place.Client:
            del location, env
            return client_for(forge.transport_with(token))

        def remote(repository: GitRepository, name: str, url: str, location: Location, token: Token, *, insecure: bool) -> Remote:
            found = opened(repository, name, url, location, token, insecure=insecure)
            return found if lab.over_http else Remote(repository, f"file://{lab.bare.root}")

        monkeypatch.setattr(plain, "_read", _values)
        monkeypatch.setattr(place, "connected", connected)
        monkeypatch.setattr(place, "open_remote", remote)
        yield lab
