"""``tfmod add-probes``: its flags and its tables of tfmod.toml, and what it says of both."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Tfmod

POD = """\
resource "kubernetes_pod_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    container {
      name  = "app"
      image = "grafana/grafana:11.3.0"
    }
  }
}
"""


@pytest.fixture
def pod(repository: Path) -> Path:
    for file in repository.rglob("*.tf"):
        file.unlink()
    (repository / "main.tf").write_text(POD)
    return repository


def test_one_kind_alone(pod: Path, tfmod: Tfmod) -> None:
    done = tfmod("add-probes", "--only", "readiness", str(pod / "main.tf"))
    assert done.code == 0 and "readiness_probe {" in done.out and "liveness_probe {" not in done.out


def test_a_kind_that_is_none(pod: Path, tfmod: Tfmod) -> None:
    done = tfmod("add-probes", "--only", "health", str(pod / "main.tf"))
    assert done.code == 2 and "invalid choice: 'health' (choose from" in done.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('only = ["health"]', "add-probes.only must be one of liveness, readiness, startup"),
        ("[add-probes.timings]\nperiod = 10", "add-probes.timings: there is no period"),
        ('[[add-probes.workloads]]\nname = "app"\nskip = true', "add-probes.workloads: entry 1: skip = true goes with a reason"),
        ('[add-probes.workloads]\nname = "app"', "add-probes.workloads must be a list of tables"),
    ],
)
def test_settings_that_are_refused(pod: Path, tfmod: Tfmod, settings: str, said: str) -> None:
    (pod / "tfmod.toml").write_text(settings if settings.startswith("[") else f"[add-probes]\n{settings}\n")
    done = tfmod("add-probes", str(pod / "main.tf"))
    assert done.code == 2 and said in done.err


def test_settings_are_used_and_written_files_are_settled(pod: Path, tfmod: Tfmod) -> None:
    (pod / "tfmod.toml").write_text(
        '[add-probes.timings]\nperiod_seconds = 20\n\n[[add-probes.workloads]]\nimage = "grafana/*"\nstartup = false\n'
    )
    done = tfmod("add-probes", "--write", str(pod / "main.tf"))
    text = (pod / "main.tf").read_text()
    assert done.code == 0 and "1 x replace" in done.err
    assert text.count("= 20\n") == 2 and "initial_delay_seconds = 900" in text and "startup_probe" not in text
    assert tfmod("add-probes", "--check", str(pod / "main.tf")).code == 0


def test_an_audit_says_what_is_missing_and_what_it_rests_on(pod: Path, tfmod: Tfmod) -> None:
    done = tfmod("audit", "--select", "PRB001", str(pod / "main.tf"))
    assert done.code == 1
    assert "main.tf:6:5: PRB001 app: no liveness, readiness, startup probe (grafana: https://github.com/" in done.out
