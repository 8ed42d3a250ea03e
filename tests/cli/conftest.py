"""A repository, a registry on loopback, and ``tfmod`` run in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from refactor.cli import main
from refactor.registry.demo import DemoImage, DemoRegistry

DEPLOYMENT = """\
resource "kubernetes_deployment_v1" "web" {
  spec {
    template {
      spec {
        container {
          name  = "web"
          image = "nginx:latest" # served as it is
        }
      }
    }
  }
}
"""


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Tfmod = Callable[..., Done]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with one stack, in which commands run; caches and credentials are somewhere empty."""
    for name in ("XDG_CACHE_HOME", "HOME", "DOCKER_CONFIG", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "DRY_RUN", "REGISTRY_AUTH_FILE"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "repository"
    root.mkdir()
    (root / "main.tf").write_text(DEPLOYMENT)
    monkeypatch.chdir(root)
    return root


@pytest.fixture(scope="session")
def registry() -> Iterator[DemoRegistry]:
    """``nginx:latest`` is 1.27.3, ``redis:7`` is no version that there is."""
    nginx = {tag: DemoImage("nginx 1.27.3") for tag in ("latest", "1.27", "1.27.3")} | {"1.26.2": DemoImage("nginx 1.26.2")}
    with DemoRegistry({"docker.io/library/nginx": nginx, "docker.io/library/redis": {"7": DemoImage("redis 7")}}) as demo:
        yield demo


@pytest.fixture
def tfmod(repository: Path, registry: DemoRegistry, capfd: pytest.CaptureFixture[str]) -> Tfmod:
    """Runs a command; look-ups go to the registry of these tests."""

    def run(*arguments: str) -> Done:
        asks = arguments[0] in ("pin-images", "fix") or "--verify" in arguments
        mirrors = [f"--mirror={host}={url}" for host, url in registry.mirrors().items()] if asks else []
        code = main([*arguments, *mirrors])
        captured = capfd.readouterr()
        return Done(code, captured.out, captured.err)

    return run
