"""``tfmod scale-replicas``, its configuration, and ``tfmod fix --recipe harden``, of which it is a part."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from refactor import catalogue
from refactor.recipes import BUILT_IN
from tests.cli.conftest import Tfmod

WEB = """\
resource "kubernetes_deployment_v1" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
    labels    = { tier = "0-core" }
  }
  spec {
    replicas = 1
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
          image = "nginx:latest"
          port {
            container_port = 80
          }
        }
      }
    }
  }
}
"""
CORE = '[[scale-replicas.critical]]\nlabels = { tier = "0-core" }\n'


@pytest.fixture
def shop(repository: Path) -> Path:
    (repository / "main.tf").write_text(WEB)
    return repository


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[scale-replicas]\ncritical = "web"\n', "must be a list of tables"),
        ("[[scale-replicas.critical]]\nreplicas = 3\n", "entry 1: says of no workload that it means it"),
        (CORE + "replica = 3\n", "entry 1 has no key replica (there are: "),
        (CORE + "replicas = 1\n", "replicas must be a number from 2 on"),
        (CORE + "replicas = true\n", "replicas must be a number from 2 on"),
        (CORE + 'replicas = "3"\n', "replicas must be a number from 2 on"),
        (CORE + 'spread = "wide"\n', "spread must be one of anti-affinity, required-anti-affinity, topology-spread, none"),
        (CORE + "topology_key = 1\n", "topology_key must be a text"),
        (CORE + 'clustered = "yes"\n', "clustered must be true or false"),
        (CORE + CORE + "name = 1\n", "entry 2: name must be a text"),
        ("[scale-replicas]\nreplicas = 1\n", "--replicas must be 2 or more"),
        ('[scale-replicas]\nreplicas = "3"\n', "scale-replicas.replicas must be a whole number"),
        ("[scale-replicas]\nreplicas = 2.5\n", "scale-replicas.replicas must be a whole number"),
        ("[scale-replicas]\nreplicas = true\n", "scale-replicas.replicas must be a whole number"),
        ("[scale-replicas]\nonly = [1]\n", "scale-replicas.only must be a list of texts"),
        ('[scale-replicas]\ntopology_key = ""\n', "--topology-key must not be empty"),
        ("[scale-replicas]\nmark_non_critical = true\n", "--mark-non-critical needs --priority-class NAME"),
    ],
)
def test_a_wrong_configuration_is_refused(shop: Path, tfmod: Tfmod, text: str, said: str) -> None:
    (shop / "tfmod.toml").write_text(text)
    done = tfmod("scale-replicas")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


def test_flags_decide_where_an_entry_says_nothing(shop: Path, tfmod: Tfmod) -> None:
    (shop / "tfmod.toml").write_text(CORE)
    done = tfmod("scale-replicas", "--replicas", "3", "--spread", "topology-spread", "--topology-key", "topology.kubernetes.io/zone")
    assert "+    replicas = 3" in done.out
    assert '+          topology_key       = "topology.kubernetes.io/zone"' in done.out
    assert '+    max_unavailable = "1"' in done.out


def test_audit_says_what_stands_in_the_way(shop: Path, tfmod: Tfmod) -> None:
    (shop / "tfmod.toml").write_text(CORE)
    (shop / "main.tf").write_text(WEB.replace("replicas = 1\n", 'replicas = 1\n    strategy {\n      type = "Recreate"\n    }\n'))
    done = tfmod("audit", "--select", "REP001")
    assert done.code == 1
    assert "REP001 1 replica, and the configuration asks for 2 (strategy Recreate: no two pods at a time)" in done.out


def test_nothing_is_asked_of_workloads_that_nobody_names(shop: Path, tfmod: Tfmod) -> None:
    done = tfmod("scale-replicas", "--format", "json")
    (finding,) = json.loads(done.out)["findings"]
    assert (finding["outcome"], finding["reason"], finding["rule"]) == ("skipped", "not-named", None)
    assert done.code == 0


def test_the_recipe_names_codemods_that_there_are() -> None:
    assert {name for names in BUILT_IN.values() for name in names} <= set(catalogue.files())


def found(out: str) -> dict[str, list[dict[str, Any]]]:
    result: dict[str, list[dict[str, Any]]] = {}
    for finding in json.loads(out)["findings"]:
        result.setdefault(finding["codemod"], []).append(finding)
    return result


def test_harden_needs_no_configuration_and_composes(shop: Path, tfmod: Tfmod) -> None:
    (shop / "tfmod.toml").write_text(CORE)
    done = tfmod("fix", "--recipe", "harden", "--write", "--format", "json")
    outcomes = {codemod: [(f["outcome"], f["reason"]) for f in findings] for codemod, findings in found(done.out).items()}
    assert outcomes == {
        "pin-images": [("changed", None)],
        "add-probes": [("changed", None)],
        "set-resources": [("skipped", "no-source")],
        "scale-replicas": [("changed", None)],
        "add-pdbs": [("already fine", None)],
    }
    text = (shop / "main.tf").read_text()
    assert "replicas = 2" in text
    assert text.count("kubernetes_pod_disruption_budget_v1") == 1
    assert "readiness_probe" in text and "@sha256:" in text and "pod_anti_affinity" in text
    again = tfmod("fix", "--recipe", "harden", "--check")
    assert again.code == 0, again.out
    assert (shop / "main.tf").read_text() == text


def test_a_replica_that_gets_its_probe_in_the_same_run_is_not_unready(shop: Path, tfmod: Tfmod) -> None:
    (shop / "tfmod.toml").write_text(CORE)
    alone, together = tfmod("scale-replicas", "--format", "json"), tfmod("fix", "--recipe", "harden", "--format", "json")
    (one,), (other,) = found(alone.out)["scale-replicas"], found(together.out)["scale-replicas"]
    assert any("readiness probe" in note for note in one["notes"])
    assert not any("readiness probe" in note for note in other["notes"])


def test_a_recipe_of_the_configuration_wins_over_the_built_in_one(shop: Path, tfmod: Tfmod) -> None:
    (shop / "tfmod.toml").write_text(CORE + '[recipes]\nharden = ["scale-replicas"]\n')
    assert set(found(tfmod("fix", "--recipe", "harden", "--format", "json").out)) == {"scale-replicas"}


def test_a_recipe_that_there_is_not_names_those_that_there_are(shop: Path, tfmod: Tfmod) -> None:
    (shop / "tfmod.toml").write_text('[recipes]\nweekly = ["pin-images"]\n')
    done = tfmod("fix", "--recipe", "hardn")
    assert done.code == 2
    assert "there is no recipe hardn; did you mean harden? (built in: harden; in " in done.err
    assert "tfmod.toml: weekly)" in done.err


def test_what_nobody_named_is_listed_in_short(shop: Path, tfmod: Tfmod) -> None:
    (shop / "main.tf").write_text("\n".join(WEB.replace('"web"', f'"web{i}"') for i in range(10)))
    short, full = tfmod("scale-replicas").err, tfmod("scale-replicas", "-v").err
    assert short.count(": 1 replica\n") == 8
    assert "    and 2 more (-v)\n" in short
    assert full.count(": 1 replica\n") == 10
    assert "more (-v)" not in full
