"""A real repository with a base commit on ``main``, and ``tfmod review`` run in this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from refactor.cli import main
from refactor.registry.demo import DemoImage, DemoRegistry
from tests.support.git import Repository, isolate

CI_VARIABLES = ("CI", "GITHUB_", "GITLAB_", "GITEA_", "FORGEJO_", "GH_", "DRONE_", "DRY_RUN", "NO_COLOR", "TFMOD_", "XDG_", "REGISTRY_")


def deployment(name: str, *images: str) -> str:
    """A deployment with a container for each image."""
    containers = "".join(
        f'        container {{\n          name  = "c{n}"\n          image = "{image}"\n        }}\n' for n, image in enumerate(images)
    )
    return (
        f'resource "kubernetes_deployment" "{name}" {{\n  spec {{\n    template {{\n      spec {{\n{containers}      }}\n    }}\n  }}\n}}\n'
    )


PINNED = "nginx:1.27.3@sha256:" + "1" * 64


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def new(self) -> list[str]:
        """The findings, as lines of text."""
        return [line for line in self.out.splitlines() if ".tf:" in line or ".yaml:" in line]


Review = Callable[..., Done]


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """``old`` in two stacks is floating on main; the branch ``change`` is checked out and has nothing of its own yet."""
    for name in list(os.environ):
        if name.startswith(CI_VARIABLES):
            monkeypatch.delenv(name)
    isolate(monkeypatch)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    files = {
        "web/main.tf": deployment("web", "old:latest", PINNED).encode(),
        "db/main.tf": deployment("db", "older:latest").encode(),
        "README.md": b"# Infrastructure\n",
    }
    repository = Repository.create(tmp_path / "repository", files)
    repository.run("checkout", "--quiet", "-b", "change")
    monkeypatch.chdir(repository.root)
    return repository


@pytest.fixture
def review(repo: Repository, capfd: pytest.CaptureFixture[str]) -> Review:
    """Runs ``tfmod review`` for findings about images alone."""

    def run(*arguments: str, base: str = "main", rules: str = "pin-images") -> Done:
        given = ["--base", base] if base else []
        code = main(["review", *given, "--select", rules, "--offline", *arguments])
        captured = capfd.readouterr()
        return Done(code, captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def registry() -> Iterator[DemoRegistry]:
    with DemoRegistry({"docker.io/library/nginx": {tag: DemoImage("nginx") for tag in ("latest", "1.27.3")}}) as demo:
        yield demo
