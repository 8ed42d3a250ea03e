"""How many replicas a workload has, whoever says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.kubernetes.replicas import Replicas, replicas_of
from refactor.reasons import Reason
from tests.support.workloads import deployment, workloads

_HPA = """
resource "kubernetes_horizontal_pod_autoscaler_v2" "api" {{
  {head}
  metadata {{
    name = "api"
  }}
  spec {{
    {minimum}
    max_replicas = 9
    scale_target_ref {{
      kind = "{kind}"
      name = {name}
    }}
  }}
}}
"""


def _hpa(minimum: str = "min_replicas = 3", *, name: str = '"api"', kind: str = "Deployment", head: str = "") -> str:
    return _HPA.format(minimum=minimum, name=name, kind=kind, head=head)


def _replicas(root: Path, text: str | dict[str, str]) -> Replicas:
    found = workloads(root, text)
    return replicas_of(found, found.all[0])


@pytest.mark.parametrize(
    ("spec", "forms"),
    [
        ("", (1,)),
        ("replicas = null", (1,)),
        ("replicas = 2", (2,)),
        ('replicas = "2"', (2,)),
        ("replicas = 0", (0,)),
        ("replicas = coalesce(null, 3)", (3,)),
        ('replicas = terraform.workspace == "prod" ? 3 : 1', (1, 3)),
    ],
)
def test_a_number_that_is_written_or_left_out(tmp_path: Path, spec: str, forms: tuple[int, ...]) -> None:
    found = _replicas(tmp_path, deployment("", spec=spec))
    assert (found.forms, found.by) == (forms, "")
    assert found.minimum == (forms[0] if found.unknown is None else None)


@pytest.mark.parametrize("number", ['"many"', "-1", "max(2, 3)", "[2]"])
def test_what_is_no_number_or_has_to_be_computed_is_not_known(tmp_path: Path, number: str) -> None:
    found = _replicas(tmp_path, deployment("", spec=f"replicas = {number}"))
    assert (found.forms, found.minimum) == ((), None)
    assert found.unknown is not None and found.unknown.reason is Reason.COMPUTED


def test_the_autoscaler_has_the_last_word(tmp_path: Path) -> None:
    found = _replicas(tmp_path, deployment("", spec="replicas = 5") + _hpa())
    assert (found.forms, found.by) == ((3,), "kubernetes_horizontal_pod_autoscaler_v2.api")
    assert found.text == "3 replicas at least (by kubernetes_horizontal_pod_autoscaler_v2.api)"
    assert not found.fixed


def test_an_autoscaler_without_a_minimum_keeps_one(tmp_path: Path) -> None:
    assert _replicas(tmp_path, deployment("", spec="replicas = 5") + _hpa("")).forms == (1,)


def test_at_zero_replicas_the_autoscaler_does_nothing(tmp_path: Path) -> None:
    assert _replicas(tmp_path, deployment("", spec="replicas = 0") + _hpa()).forms == (0,)


@pytest.mark.parametrize(
    "other",
    [
        _hpa(name='"web"'),
        _hpa(kind="StatefulSet"),
        _hpa().replace('name = "api"\n  }', 'name = "api"\n    namespace = "blog"\n  }'),
        _hpa(name="kubernetes_deployment.web.metadata[0].name"),
        _hpa(head="count = 0"),
    ],
)
def test_the_autoscaler_of_something_else(tmp_path: Path, other: str) -> None:
    assert _replicas(tmp_path, deployment("", spec="replicas = 5") + other).forms == (5,)


def test_a_name_that_is_not_known_is_the_workloads_by_its_reference(tmp_path: Path) -> None:
    named = deployment("", spec="replicas = 5").replace('name = "api"', "name = var.name") + 'variable "name" {}\n'
    found = _replicas(tmp_path, named + _hpa(name="kubernetes_deployment.api.metadata.0.name"))
    assert found.forms == (3,)


def test_an_autoscaler_beside_it_for_a_name_that_is_not_known_may_be_its_own(tmp_path: Path) -> None:
    found = _replicas(tmp_path, deployment("", spec="replicas = 5") + _hpa(name="var.target") + 'variable "target" {}\n')
    assert found.unknown is not None and found.unknown.reason is Reason.AMBIGUOUS


def test_one_of_another_module_of_which_nothing_is_known_only_leaves_the_number_open(tmp_path: Path) -> None:
    module = _hpa(name="var.target").replace('name = "api"\n  }', 'name = "x"\n    namespace = var.ns\n  }')
    files = {"app/main.tf": deployment("", spec="replicas = 2"), "hpa/main.tf": module + 'variable "target" {}\nvariable "ns" {}\n'}
    found = _replicas(tmp_path, files)
    assert (found.forms, found.fixed) == ((2,), False)


def test_the_condition_of_number_and_autoscaler_is_one(tmp_path: Path) -> None:
    text = deployment("", spec="replicas = var.auto ? null : 2") + _hpa(head="count = var.auto ? 1 : 0")
    assert _replicas(tmp_path, text + 'variable "auto" {\n  default = true\n}\n').forms == (2, 3)


def test_what_terraform_ignores_is_not_known_without_an_autoscaler(tmp_path: Path) -> None:
    ignored = deployment("", spec="replicas = 2", head="lifecycle {\n ignore_changes = [spec[0].replicas]\n }")
    found = _replicas(tmp_path, ignored)
    assert found.unknown is not None and found.unknown.reason is Reason.MANAGED_ELSEWHERE
    assert _replicas(tmp_path, ignored + _hpa()).forms == (3,)


@pytest.mark.parametrize(
    ("number", "fixed"),
    [("2", True), ("local.two", True), ("var.two", False), ("local.from", False), ("coalesce(null, var.two)", False)],
)
def test_a_variable_may_have_another_value_elsewhere(tmp_path: Path, number: str, fixed: bool) -> None:
    rest = 'locals {\n two = 2\n from = local.inner\n inner = var.two\n}\nvariable "two" {\n default = 2\n}\n'
    found = _replicas(tmp_path, deployment("", spec=f"replicas = {number}") + rest)
    assert (found.forms, found.fixed) == ((2,), fixed)


def test_the_collection_that_for_each_walks_may_be_a_variables(tmp_path: Path) -> None:
    text = deployment("", spec="replicas = each.value", head="for_each = var.apps") + 'variable "apps" {\n default = { a = 2, b = 4 }\n}\n'
    found = _replicas(tmp_path, text)
    assert (found.forms, found.fixed) == ((2, 4), False)


@pytest.mark.parametrize(
    ("spec", "least"),
    [("", 0), ("minReplicaCount: 2", 2), ("minReplicaCount: 2\n  idleReplicaCount: 0", 0), ("minReplicaCount: 1", 1)],
)
def test_keda_in_a_yaml_file(tmp_path: Path, spec: str, least: int) -> None:
    scaled = f"apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata:\n  name: x\nspec:\n  {spec}\n  scaleTargetRef:\n    name: api\n"
    found = _replicas(tmp_path, {"main.tf": deployment("", spec="replicas = 5"), "scaled.yaml": scaled})
    assert (found.forms, found.by) == ((least,), "scaled.yaml")


def test_a_daemon_set_has_no_number(tmp_path: Path) -> None:
    found = _replicas(tmp_path, deployment("").replace("kubernetes_deployment", "kubernetes_daemonset"))
    assert found.unknown is not None and found.unknown.reason is Reason.NOT_SCALABLE
