"""Real git repositories for tests, the same on every machine: no user's configuration, fixed identity and dates."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "2024-01-02T03:04:05Z",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_COMMITTER_DATE": "2024-01-02T03:04:05Z",
    "LC_ALL": "C",
}


def isolate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the process under test the same environment: nothing of the machine's git configuration or an outer git command."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def git(directory: Path, *arguments: str, data: bytes | None = None, env: Mapping[str, str] = ENVIRONMENT) -> bytes:
    """Run git in a directory and return its output; a failure is an error of the test, with what git said."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    ceiling = {"GIT_CEILING_DIRECTORIES": str(directory.parent)}
    done = subprocess.run(["git", *arguments], cwd=directory, env=outer | ceiling | dict(env), input=data, capture_output=True, check=False)
    assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}"
    return done.stdout


@dataclass(frozen=True)
class Repository:
    """A repository in a directory of a test."""

    root: Path
    env: Mapping[str, str] = field(default_factory=lambda: ENVIRONMENT)

    @classmethod
    def create(cls, root: Path, files: Mapping[str, bytes] | None = None) -> Repository:
        """A new repository; with files, they are its first commit."""
        root.mkdir(parents=True, exist_ok=True)
        repository = cls(root)
        repository.run("init", "--quiet", "--initial-branch=main")
        if files is not None:
            repository.write(files)
            repository.commit()
        return repository

    def run(self, *arguments: str, data: bytes | None = None) -> bytes:
        return git(self.root, *arguments, data=data, env=self.env)

    def text(self, *arguments: str) -> str:
        return self.run(*arguments).decode().strip()

    def write(self, files: Mapping[str, bytes]) -> None:
        for path, data in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def commit(self, message: str = "files") -> str:
        self.run("add", "--all", "--force")
        self.run("commit", "--quiet", "--allow-empty", "--no-verify", "-m", message)
        return self.text("rev-parse", "HEAD")
