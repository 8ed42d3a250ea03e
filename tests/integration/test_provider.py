"""The real provider and its stored schema: both are right about what is right, and find the same things wrong, in the same lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.kubernetes_schema import STORED, problems, stored
from tests.support.kubernetes_schema_export import reduced, written
from tests.support.provider import VARIABLE, Diagnostic, Missing, Provider, found

_DEPLOYMENT = """\
resource "KIND" "web" {
  metadata {
    name = "web"
  }
  spec {
    replicas = 2
    selector {
      match_labels = { app = "web" }
    }
    template {
      metadata {
        labels = { app = "web" }
      }
      spec {
        container {
          name  = "web"
          image = "nginx:1.27"
          resources {
            requests = { cpu = "100m", memory = "64Mi", "nvidia.com/gpu" = 1 }
          }
          liveness_probe {
            http_get {
              path = "/"
              port = "http"
            }
            period_seconds = 10
          }
        }
      }
    }
  }
}
"""
_BUDGET = """\
resource "kubernetes_pod_disruption_budget_v1" "web" {
  metadata {
    name = "web"
  }
  spec {
    min_available = "1"
    selector {
      match_labels = { app = "web" }
    }
  }
}
"""
_LOOSE = """\
variable "n" {
  default = 1
}
locals {
  ports = { http = "8080" }
}
resource "kubernetes_service_v1" "web" {
  for_each = toset(["a"])
  metadata {
    name        = each.key
    annotations = null
  }
  spec {
    publish_not_ready_addresses = "true"
    selector                    = { app = 1 }
    session_affinity            = true
    dynamic "port" {
      for_each = local.ports
      content {
        name        = port.key
        port        = port.value
        target_port = var.n > 0 ? 80 : "http"
        node_port   = "${var.n}"
      }
    }
  }
  lifecycle {
    ignore_changes = [metadata]
  }
}
resource "kubernetes_manifest" "any" {
  manifest = { apiVersion = "v1", kind = "ConfigMap", metadata = { name = "a", namespace = "b" }, data = { list = [1, "2"] } }
}
"""
_NAMES = [
    "kubernetes_deployment",
    "kubernetes_deployment_v1",
    "kubernetes_daemonset",
    "kubernetes_stateful_set_v1",
]


def _deployment(old: str = "", new: str = "", kind: str = "kubernetes_deployment_v1") -> str:
    text = _DEPLOYMENT.replace("KIND", kind)
    assert text.count(old) == 1 or not old, old
    return text.replace(old, new) if old else text


def _workload(kind: str) -> str:
    text = _deployment(kind=kind)
    if "daemon" in kind:
        text = text.replace("    replicas = 2\n", "")
    if "stateful" in kind:
        text = text.replace("    replicas = 2\n", '    service_name = "web"\n')
    return text


_RIGHT = {
    **{kind: _workload(kind) for kind in _NAMES},
    "a budget": _BUDGET,
    "values that are converted, dynamic blocks and meta-arguments": _LOOSE,
    "a null is nothing": _deployment("replicas = 2", "replicas = null"),
    "another provider's": 'variable "x" {}\n',
}
_WRONG = {
    "no such attribute": _deployment("period_seconds = 10", "period = 10"),
    "an attribute of another block": _deployment("replicas = 2", "restart_policy = 2"),
    "camel case": _deployment("period_seconds = 10", "periodSeconds = 10"),
    "no such block": _deployment("http_get {", "http {"),
    "a block as an attribute": _deployment("liveness_probe {", "liveness_probe = {"),
    "an attribute as a block": _BUDGET.replace("match_labels = {", "match_labels {\n  ").replace('"web" }', '"web"\n  }'),
    "a required attribute is missing": _deployment('          name  = "web"\n', ""),
    "a required attribute is null": _deployment('          name  = "web"\n', "          name = null\n"),
    "a required block is missing": _BUDGET.replace("    selector {\n      match_labels = {", "    # {").replace(
        '"web" }\n    }', '"web" }'
    ),
    "one block too many": _BUDGET.replace("  spec {", '  metadata {\n    name = "b"\n  }\n  spec {'),
    "a word for a number": _deployment("period_seconds = 10", 'period_seconds = "10s"'),
    "a boolean for a number": _deployment("period_seconds = 10", "period_seconds = true"),
    "a number for a boolean": _deployment("replicas = 2", "paused = 2"),
    "a word for a boolean": _deployment("replicas = 2", 'paused = "yes"'),
    "a list for a text": _deployment('"nginx:1.27"', '["nginx:1.27"]'),
    "a text for a list": _deployment('"nginx:1.27"', '"nginx:1.27"\n          command = "run"'),
    "a map for a list": _deployment('"nginx:1.27"', '"nginx:1.27"\n          command = { run = "a" }'),
    "a list in a list": _deployment('"nginx:1.27"', '"nginx:1.27"\n          command = [["run"]]'),
    "a text for a map": _deployment('{ app = "web" }\n    }', '"web"\n    }'),
    "a map in a map": _deployment('cpu = "100m"', "cpu = { a = 1 }"),
    "what cannot be set": _deployment("replicas = 2", "replicas = 2") + _BUDGET.replace('name = "web"', 'uid = "a"'),
    "in a dynamic block": _LOOSE.replace("node_port ", "nodeport "),
    "a dynamic block without for_each": _LOOSE.replace("      for_each = local.ports\n", ""),
    "no such resource": _deployment(kind="kubernetes_deployments"),
}


def _lines(text: str) -> set[int]:
    return {problem.line for problem in problems("main.tf", text.encode())}


@pytest.mark.parametrize("text", _RIGHT.values(), ids=_RIGHT)
def test_the_schema_has_nothing_against(text: str) -> None:
    assert problems("main.tf", text.encode()) == []


@pytest.mark.parametrize("text", _WRONG.values(), ids=_WRONG)
def test_the_schema_finds(text: str) -> None:
    assert len(_lines(text)) >= 1


def test_the_schema_says_what_is_wrong_and_where() -> None:
    text = _deployment("period_seconds = 10", 'period = 10\n            timeout_seconds = "1s"').replace('          name  = "web"\n', "")
    container = "kubernetes_deployment_v1.web.spec.template.spec.container"
    assert [str(p) for p in problems("a/main.tf", text.encode())] == [
        f"a/main.tf:15: {container}: name is required",
        f"a/main.tf:25: {container}.liveness_probe: there is no attribute period",
        f"a/main.tf:26: {container}.liveness_probe: timeout_seconds: a number is required",
    ]


def test_the_schema_says_that_a_text_cannot_be_parsed() -> None:
    assert [str(p) for p in problems("main.tf", b"locals {\n")] == ["main.tf:2: : cannot be parsed"]


@pytest.fixture(scope="module")
def errors(kubernetes_provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Diagnostic, ...]]:
    texts = {name: {"main.tf": text.encode()} for name, text in (_RIGHT | _WRONG).items()}
    return kubernetes_provider.validate_all(texts, tmp_path_factory.mktemp("texts"))


@pytest.mark.parametrize("name", _RIGHT)
def test_the_provider_has_nothing_against(name: str, errors: Mapping[str, tuple[Diagnostic, ...]]) -> None:
    assert errors[name] == ()


@pytest.mark.parametrize("name", _WRONG)
def test_the_provider_finds_the_same(name: str, errors: Mapping[str, tuple[Diagnostic, ...]]) -> None:
    assert {e.line for e in errors[name]} == _lines(_WRONG[name]), [str(e) for e in errors[name]]


def test_one_directory_is_validated_by_itself(kubernetes_provider: Provider, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(_WRONG["a word for a number"])
    (tmp_path / "other.tf").write_text(_BUDGET)
    wrong = 'main.tf:26: Incorrect attribute value type: Inappropriate value for attribute "period_seconds": a number is required.'
    assert [str(e) for e in kubernetes_provider.validate(tmp_path)] == [wrong]


def test_a_directory_that_cannot_be_loaded_hides_nothing_of_the_others(kubernetes_provider: Provider, tmp_path: Path) -> None:
    directories = {
        "broken": {"main.tf": b"variable {\n}\n"},
        "wrong": {"main.tf": _WRONG["no such block"].encode()},
        "twice": {"a.tf": _BUDGET.encode(), "b.tf": _BUDGET.encode()},
        "right": {"main.tf": b'variable "a" {\n  type = number\n}\n' + _deployment("= 10", "= var.a").encode()},
    }
    found = kubernetes_provider.validate_all(directories, tmp_path)
    assert {name: [(e.path, e.line) for e in errors] for name, errors in found.items()} == {
        "broken": [("main.tf", 1)],
        "wrong": [("main.tf", 22)],
        "twice": [("b.tf", 1)],
        "right": [],
    }


def test_the_stored_schema_is_the_providers(kubernetes_provider: Provider) -> None:
    """Renew it after a new version: see tests/support/kubernetes_schema_export.py."""
    if kubernetes_provider.version not in stored()["source"]:
        pytest.skip("the provider here is not the one that the stored schema is from")
    assert written(reduced(kubernetes_provider.schema(), kubernetes_provider.version)) == STORED.read_text("utf-8")


def test_a_provider_that_was_named_and_is_not_there_is_no_reason_to_skip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "terraform-provider-kubernetes"))
    with pytest.raises(AssertionError, match=VARIABLE):
        found(tmp_path)


def test_without_a_provider_the_reason_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    provider = found(tmp_path)
    assert isinstance(provider, Missing) and "scripts/get-kubernetes-provider" in provider.reason
