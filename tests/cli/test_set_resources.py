"""``tfmod set-resources`` with a real Prometheus: the numbers that it writes are worked out here by hand."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from refactor.metrics.queries import CPU, MEMORY
from tests.cli.conftest import Tfmod
from tests.support.prometheus import RunningPrometheus, Series, backfill, running_prometheus

MI = 1024**2
HOUR = 3600

MAIN = """\
resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

resource "kubernetes_deployment_v1" "api" {
  metadata {
    name      = "api"
    namespace = kubernetes_namespace.shop.metadata[0].name
  }
  spec {
    template {
      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/api:1.4.2"
          port {
            container_port = 8080
          }
        }
        container {
          name  = "proxy"
          image = "envoyproxy/envoy:v1.31.0"
          port {
            container_port = 9901
          }
        }
      }
    }
  }
}

resource "kubernetes_stateful_set_v1" "llm" {
  metadata {
    name      = "llm"
    namespace = kubernetes_namespace.shop.metadata[0].name
  }
  spec {
    template {
      spec {
        container {
          name  = "ollama"
          image = "ollama/ollama:0.5.7"
          resources {
            limits = {
              "nvidia.com/gpu" = "1"
            }
          }
        }
      }
    }
  }
}
"""

PORT = """\
            container_port = 8080
          }
"""
APP = """\
          resources {
            requests = {
              cpu    = "50m"
              memory = "208Mi"
            }
            limits = {
              memory = "448Mi"
            }
          }
"""
GPU = """\
              "nvidia.com/gpu" = "1"
            }
"""
GPU_SET = """\
              "nvidia.com/gpu" = "1"
              memory           = "3584Mi"
            }
            requests = {
              cpu    = "1500m"
              memory = "3Gi"
            }
"""
SET = MAIN.replace(PORT, PORT + APP).replace(GPU, GPU_SET)


def _app(at: int) -> float:
    """Six of ten instants at 200 MiB, three at 260, one at 300."""
    place = at // 300 % 10
    return (200.0 if place < 6 else 260.0 if place < 9 else 300.0) * MI


def _series(now: int) -> Iterator[Series]:
    """Two days up to now, sampled at multiples of 150 seconds; usage is of the instants that are multiples of 300."""
    last = now // 150 * 150
    times = range(last - 48 * HOUR, last + 1, 150)

    def series(name: str, pod: str, container: str, samples: list[tuple[int, float]]) -> Series:
        return Series(name, {"namespace": "shop", "pod": pod, "container": container}, samples)

    # One pod of the api needs more memory, the other more CPU; between two instants twelve hours ago, one was at 350 MiB.
    spike = now // 300 * 300 - 12 * HOUR + 150
    yield series(MEMORY, "api-7c6b5d4f9x-x2z4b", "app", [(at, 350.0 * MI if at == spike else _app(at)) for at in times])
    yield series(MEMORY, "api-7c6b5d4f9x-q2w4x", "app", [(at, 100.0 * MI) for at in times])
    yield series(CPU, "api-7c6b5d4f9x-x2z4b", "app", [(at, 0.02 * (at - times[0])) for at in times])
    yield series(CPU, "api-7c6b5d4f9x-q2w4x", "app", [(at, 0.05 * (at - times[0])) for at in times])
    # The proxy has been there for three hours.
    young = [at for at in times if at > last - 3 * HOUR]
    yield series(MEMORY, "api-7c6b5d4f9x-x2z4b", "proxy", [(at, 30.0 * MI) for at in young])
    yield series(MEMORY, "llm-0", "ollama", [(at, 2900.0 * MI) for at in times])
    yield series(CPU, "llm-0", "ollama", [(at, 1.27 * (at - times[0])) for at in times])


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPrometheus]:
    directory = tmp_path_factory.mktemp("prometheus")
    with running_prometheus(directory, backfill(directory, _series(int(time.time())))) as server:
        yield server


@pytest.fixture
def stack(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("TOKEN", "TOKEN_FILE", "USERNAME", "PASSWORD", "PASSWORD_FILE", "HEADERS"):
        monkeypatch.delenv(f"TFMOD_PROMETHEUS_{name}", raising=False)
    (repository / "main.tf").write_text(MAIN)
    (repository / "tfmod.toml").write_text("[prometheus]\ndays = 1\n")
    return repository


def test_numbers_are_those_of_the_series(stack: Path, tfmod: Tfmod, shop: RunningPrometheus) -> None:
    """The window is a day: 288 instants for each pod.

    app, requests.cpu: the medians are 0.02 and 0.05 cores; the higher is 50m.
    app, requests.memory: of 288 instants in order, the 144th and 145th are at 200 MiB (six of ten are); 200 goes up to 208 in steps of 16.
    app, limits.memory: the 99th percentile is 300 MiB (one of ten is), and 20% more are 360; the peak is 350, and 10% more are 385, which
    are more: 448 in steps of 64.
    ollama, requests: 1.27 cores go up to 1500m in steps of 250m; 2900 MiB to 3072, 3 GiB, in steps of 256.
    ollama, limits.memory: 2900 MiB and 20% are 3480, more than 2900 and 10%; 3584 in steps of 256.
    """
    done = tfmod("set-resources", "--prometheus", shop.url, "--write")
    assert done.code == 3, done.err  # the proxy
    assert re.search(r"memory: over [23]h of the last 1d, 1 pod, 3\d samples; at least 288 samples are needed", done.out + done.err)
    assert (stack / "main.tf").read_text() == SET


def test_every_number_says_what_it_comes_from(stack: Path, tfmod: Tfmod, shop: RunningPrometheus) -> None:
    done = tfmod("set-resources", "--prometheus", shop.url, "--format", "json")
    findings = {f["address"].split(" / ")[0] + f["address"][-3:]: f for f in json.loads(done.out)["findings"]}
    assert findings["kubernetes_deployment_v1.api[0]"]["notes"] == [
        "requests.cpu = 50m: cpu median 0.05 cores over 1d, 2 pods, 576 samples",
        "requests.memory = 208Mi: memory median 200.0 MiB over 1d, 2 pods, 576 samples",
        "limits.memory = 448Mi: memory peak 350.0 MiB + 10% (above the 99th percentile 300.0 MiB + 20%) over 1d, 2 pods, 576 samples",
    ]
    assert findings["kubernetes_deployment_v1.api[0]"]["effect"] == "rollout"
    proxy = findings["kubernetes_deployment_v1.api[1]"]
    assert (proxy["outcome"], proxy["reason"]) == ("skipped", "too-few-samples")


def test_what_was_saved_gives_the_same_diff_without_a_server(stack: Path, tfmod: Tfmod, shop: RunningPrometheus) -> None:
    first = tfmod("set-resources", "--prometheus", shop.url, "--save-usage", "usage.json")
    assert first.out
    saved = json.loads((stack / "usage.json").read_text())
    assert [c["container"] for c in saved["containers"]] == ["app", "proxy", "ollama"]
    second = tfmod("set-resources", "--offline", "--usage", "usage.json")
    assert (second.code, second.out) == (first.code, first.out)


def test_written_a_second_run_changes_nothing_and_asks_only_about_what_is_left(stack: Path, tfmod: Tfmod, shop: RunningPrometheus) -> None:
    assert tfmod("set-resources", "--prometheus", shop.url, "--write").code == 3
    again = tfmod("set-resources", "--prometheus", shop.url, "--save-usage", "usage.json", "--write")
    assert again.code == 3
    assert (stack / "main.tf").read_text() == SET
    assert [c["container"] for c in json.loads((stack / "usage.json").read_text())["containers"]] == ["proxy"]


def test_options_of_flags_and_configuration(stack: Path, tfmod: Tfmod, shop: RunningPrometheus) -> None:
    """A CPU limit of 0.05 cores and 50% is 75m; a day's median and 100% is 400 MiB, in steps of 64: 448; 30 samples are enough."""
    (stack / "tfmod.toml").write_text("[prometheus]\ndays = 1\n\n[set-resources]\nmin-samples = 30\nmin-hours = 2\n")
    done = tfmod("set-resources", "--prometheus", shop.url, "--cpu-limit", "50", "--memory-request-headroom", "100", "--format", "json")
    after = [f["after"] for f in json.loads(done.out)["findings"]]
    assert after[:2] == ["requests cpu=50m, memory=448Mi; limits cpu=75m, memory=448Mi", "requests memory=60Mi; limits memory=60Mi"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("min-samples = 0", "set-resources: min-samples and min-hours are 1 or more"),
        ("memory-limit-headroom = -1", "set-resources: head-room is 0 or more per cent"),
        ('[[set-resources.policies]]\nname = "api"', "entry 1 sets neither requests nor limits"),
        ('[[set-resources.policies]]\nnane = "api"\nlimits = { memory = "1Gi" }', "entry 1 has no key nane (there are: container"),
        ('[[set-resources.policies]]\nlimits = { memory = "1Gi" }', "entry 1: says of no workload that it means it"),
        ('[[set-resources.policies]]\nname = "api"\nlimits = { memory = "512m" }', "less than 1Mi; is a suffix such as Mi missing?"),
        ('[[set-resources.policies]]\nname = "api"\nlimits = { memory = "1 Gi" }', "limits.memory: '1 Gi' is not a quantity"),
        ('[[set-resources.policies]]\nname = "api"\nlimits = { memory = 512 }', 'limits.memory must be a text, such as "512Mi"'),
        ('[[set-resources.policies]]\nname = "api"\nlimits = { gpu = "1" }', "limits has no key gpu (there are: cpu, memory)"),
        ('[[set-resources.policies]]\nname = "api"\nlimits = "1Gi"', "limits must be a table"),
        (
            '[[set-resources.policies]]\nname = "api"\nlimits = { cpu = "1" }\nrequests = { cpu = "1001m" }',
            "limits.cpu is below requests.cpu",
        ),
        ('[[set-resources.policies]]\nname = "api"\nrequests = { cpu = "0.5m" }', "a thousandth of a core"),
        ('[set-resources.policies]\nname = "api"', "set-resources.policies must be a list of tables"),
    ],
)
def test_a_configuration_that_cannot_be_meant_is_refused(stack: Path, tfmod: Tfmod, settings: str, said: str) -> None:
    head = "" if settings.startswith("[") else "[set-resources]\n"
    (stack / "tfmod.toml").write_text(head + settings + "\n")
    done = tfmod("set-resources")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert (stack / "main.tf").read_text() == MAIN


def test_without_any_source_it_only_reports(stack: Path, tfmod: Tfmod) -> None:
    done = tfmod("set-resources")
    assert (done.code, done.out) == (0, "")
    assert "neither measurements nor the configuration say how much (3)" in done.err
    assert "--prometheus URL or --usage FILE" in done.err
    assert tfmod("audit", "--select", "RES001").code == 1
