"""The wheel is complete: it runs away from the checkout, and holds what it needs and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from refactor import __version__

ROOT = Path(__file__).parent.parent
DEPLOYMENT = """\
resource "kubernetes_deployment" "api" {
  spec {
    template {
      spec {
        container {
          name  = "api"
          image = "nginx"
        }
      }
    }
  }
}
"""


def pip(*arguments: str | Path) -> None:
    done = subprocess.run([sys.executable, "-m", "pip", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as users build it, but with the backend that the lock file names, so that no internet is needed."""
    out = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--quiet", "--no-index", "--no-build-isolation", "--no-deps", "--wheel-dir", out, ROOT)
    (built,) = out.glob("tfmod-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``tfmod`` of a new virtual environment. The dependencies are those of this one, taken by path; tfmod itself is not."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home)
    pip("--python", home / "bin" / "python", "install", "--quiet", "--no-index", "--no-deps", wheel)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)}))
    # Read after the environment's own packages; the checkout's own .pth file beside them is not followed from here.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin" / "tfmod"


def run(tfmod: Path, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run([tfmod, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_it_holds_what_it_needs_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.partition("/")[0] for name in names} == {"refactor", "codemods", "templates", f"tfmod-{__version__}.dist-info"}
    here = {
        path.relative_to(ROOT).as_posix()
        for package in ("refactor", "codemods", "templates")
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", ".j2", ".json", ".toml"}
    }
    assert here - names == set()
    assert [name for name in names if "golden" in name or "test_" in name or name.endswith(".pyc")] == []


def test_it_runs_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = run(installed.with_name("python"), "-c", "import refactor, codemods, templates; print(refactor.__file__)", cwd=tmp_path)
    assert str(installed.parent.parent) in where.stdout, "the test must not see the checkout"

    version = run(installed, "--version", cwd=tmp_path)
    assert (version.returncode, version.stdout.strip()) == (0, f"tfmod {__version__}")

    usage = run(installed, "--help", cwd=tmp_path)
    assert usage.returncode == 0
    assert "pin-images" in usage.stdout


def test_it_audits_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(DEPLOYMENT)
    audit = run(installed, "audit", tmp_path, cwd=tmp_path)
    assert audit.returncode == 1, audit.stderr
    assert "main.tf:7" in audit.stdout
    assert (tmp_path / "main.tf").read_text() == DEPLOYMENT
