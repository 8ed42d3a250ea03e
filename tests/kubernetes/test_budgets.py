"""Which budgets select a workload, how many pods they let go, and what a new one is like."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.kubernetes.budget_policies import parse
from refactor.kubernetes.budgets import (
    DEFAULT_MORE,
    DEFAULT_TWO,
    Policy,
    at_once,
    covered,
    objection_to,
    parse_policy,
    policy_for,
    policy_of,
    selecting,
)
from refactor.kubernetes.new_budgets import NewBudget, new_budget
from refactor.kubernetes.replicas import Replicas
from refactor.kubernetes.workloads import Workload
from refactor.project.values import Unknown
from refactor.reasons import Reason
from tests.support.workloads import deployment, only, workloads

_CONTAINER = 'container {\n name = "app"\n image = "nginx:1.27"\n}'


def _budget(
    selector: str = 'match_labels = { app = "api" }', *, spec: str = "max_unavailable = 1", name: str = "api", head: str = ""
) -> str:
    return f"""\
resource "kubernetes_pod_disruption_budget_v1" "{name}" {{
  {head}
  metadata {{
    name = "{name}"
  }}
  spec {{
    {spec}
    selector {{
      {selector}
    }}
  }}
}}
"""


@pytest.mark.parametrize(
    ("text", "replicas", "gone"),
    [
        ("min_available=1", 2, 1),
        ("min_available=1", 1, 0),
        ("min_available=3", 2, 0),
        ("min_available=50%", 3, 1),  # half of three is two, rounded up
        ("min_available=100%", 5, 0),
        ("min_available=0", 5, 5),
        ("max_unavailable=1", 1, 1),
        ("max_unavailable=0", 7, 0),
        ("max_unavailable=0%", 7, 0),
        ("max_unavailable=1%", 3, 1),  # rounded up as well
        ("max_unavailable=50%", 3, 2),
        ("max_unavailable=9", 3, 3),
    ],
)
def test_how_many_may_go(text: str, replicas: int, gone: int) -> None:
    assert parse_policy(text).disruptions(replicas) == gone


@pytest.mark.parametrize(
    "text", ["", "1", "max_unavailable", "max_unavailable=", "maxUnavailable=1", "min_available=-1", "min_available=101%"]
)
def test_what_is_no_policy(text: str) -> None:
    with pytest.raises(ValueError, match="max_unavailable=1"):
        parse_policy(text)


@pytest.mark.parametrize(
    ("selector", "answer"),
    [
        ('match_labels = { app = "api" }', "sure"),
        ('match_labels = { app = "web" }', ""),
        ('match_labels = { app = "api", tier = "front" }', ""),
        ("match_labels = { app = var.app }", "maybe"),
        ("match_labels = var.labels", "maybe"),
        ("match_labels = kubernetes_deployment.api.spec[0].selector[0].match_labels", "sure"),
        ('match_expressions {\n key = "app"\n operator = "In"\n values = ["api", "web"]\n }', "sure"),
        ('match_expressions {\n key = "app"\n operator = "DoesNotExist"\n }', ""),
        ("", "sure"),
    ],
)
def test_what_a_selector_selects(tmp_path: Path, selector: str, answer: str) -> None:
    found = workloads(tmp_path, deployment(_CONTAINER) + _budget(selector) + 'variable "app" {}\nvariable "labels" {}\n')
    selected = selecting(found, found.all[0])
    assert (len(selected.sure), len(selected.maybe)) == {"sure": (1, 0), "maybe": (0, 1), "": (0, 0)}[answer]


def test_two_resources_of_a_module_are_there_at_once(tmp_path: Path) -> None:
    found = workloads(tmp_path, deployment(_CONTAINER) + _budget() + _budget("", name="all"))
    assert [b.address for b in at_once(selecting(found, found.all[0]))] == [
        "kubernetes_pod_disruption_budget_v1.api",
        "kubernetes_pod_disruption_budget_v1.all",
    ]


def test_alternatives_and_files_that_nobody_may_apply_are_not(tmp_path: Path) -> None:
    yaml = (
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: api\nspec:\n  selector:\n    matchLabels:\n      app: api\n"
    )
    one, other = _budget(head="count = var.few ? 0 : 1"), _budget(name="b", head="count = var.few ? 1 : 0")
    files = {"main.tf": deployment(_CONTAINER) + one + other + 'variable "few" {}\n', "a/pdb.yaml": yaml, "b/pdb.yaml": yaml}
    found = workloads(tmp_path, files)
    selected = selecting(found, found.all[0])
    assert len(selected.sure) == 4
    assert at_once(selected) == ()


def test_a_budget_counts_the_pods_of_all_that_it_selects(tmp_path: Path) -> None:
    found = workloads(tmp_path, deployment(_CONTAINER, spec="replicas = 2") + deployment(_CONTAINER, name="web") + _budget("", name="all"))
    (budget,) = selecting(found, found.all[0]).sure
    assert (len(covered(found, budget).workloads), covered(found, budget).most) == (2, 3)


@pytest.mark.parametrize("more", ["replicas = var.n\n", ""])
def test_how_many_pods_are_covered_is_not_known_where_one_may_have_more(tmp_path: Path, more: str) -> None:
    head = "" if more else 'for_each = toset(["a", "b"])'
    text = deployment(_CONTAINER, spec=more, head=head) + deployment(_CONTAINER, name="web") + _budget("", name="all")
    found = workloads(tmp_path, text + 'variable "n" {\n default = 2\n}\n')
    (budget,) = selecting(found, found.all[0]).sure
    assert covered(found, budget).most is None


@pytest.mark.parametrize(
    ("spec", "policy"),
    [
        ("min_available = 1", Policy("minAvailable", "1")),
        ('max_unavailable = "25%"', Policy("maxUnavailable", "25%")),
        ("max_unavailable = null\nmin_available = 2", Policy("minAvailable", "2")),
        ("min_available = var.least", None),
        ("", None),
    ],
)
def test_what_a_budget_asks_for(tmp_path: Path, spec: str, policy: Policy | None) -> None:
    found = workloads(tmp_path, deployment(_CONTAINER) + _budget(spec=spec) + 'variable "least" {}\n')
    (budget,) = selecting(found, found.all[0]).sure
    assert policy_of(budget) == policy


def _etcd(root: Path) -> Workload:
    return only(root, deployment('container {\n name = "etcd"\n image = "quay.io/coreos/etcd:v3.5.17"\n}'))


@pytest.mark.parametrize(
    ("replicas", "policy"),
    [
        (Replicas((2,)), DEFAULT_TWO),
        (Replicas((3,)), DEFAULT_MORE),
        (Replicas((2, 4)), DEFAULT_MORE),
        (Replicas((2,), by="hpa", fixed=False), DEFAULT_MORE),
        (Replicas((2,), fixed=False), DEFAULT_MORE),
    ],
)
def test_the_policy_by_the_number(tmp_path: Path, replicas: Replicas, policy: Policy) -> None:
    assert policy_for(only(tmp_path, deployment(_CONTAINER)), replicas) == policy


def test_of_a_majority_one_goes_at_a_time_whatever_is_wanted(tmp_path: Path) -> None:
    etcd = _etcd(tmp_path)
    assert policy_for(etcd, Replicas((5,)), more=Policy("maxUnavailable", "50%")) == DEFAULT_MORE
    two = policy_for(etcd, Replicas((2,)))
    assert isinstance(two, Unknown) and two.reason is Reason.UNSAFE_VALUE
    assert objection_to(Policy("maxUnavailable", "2"), etcd, Replicas((5,))) == ""
    assert "keeps a majority with 1 of 3 gone, not with 2" in objection_to(Policy("maxUnavailable", "2"), etcd, Replicas((3, 5)))


@pytest.mark.parametrize("pod", ['node_name = "n1"', 'volume {\n name = "d"\n aws_elastic_block_store {\n volume_id = "v"\n }\n}'])
def test_where_all_pods_are_on_one_node_a_budget_would_block_its_drain(tmp_path: Path, pod: str) -> None:
    found = workloads(tmp_path, deployment(f"{pod}\n{_CONTAINER}", spec="replicas = 2"))
    made = new_budget(found, found.all[0], DEFAULT_TWO)
    assert isinstance(made, Unknown) and made.reason is Reason.UNSAFE_VALUE


def test_each_budget_of_a_module_has_a_label_of_its_own(tmp_path: Path) -> None:
    taken = _budget('match_labels = { app = "x" }', name="web") + _budget('match_labels = { app = "x" }', name="web_pdb")
    found = workloads(tmp_path, {"main.tf": deployment(_CONTAINER, name="web"), "budgets.tf": taken.replace('name = "web', 'name = "x')})
    made = new_budget(found, found.all[0], DEFAULT_TWO)
    assert isinstance(made, NewBudget)
    assert made.address == "kubernetes_pod_disruption_budget_v1.web_pdb_pdb"


def test_workloads_of_two_types_and_one_label_do_not_want_the_same(tmp_path: Path) -> None:
    one = deployment(_CONTAINER)
    text = one + one.replace("kubernetes_deployment", "kubernetes_deployment_v1").replace('"api"', '"b"').replace('_v1" "b"', '_v1" "api"')
    found = workloads(tmp_path, text + deployment(_CONTAINER, name="api_deployment"))
    made = [new_budget(found, w, DEFAULT_TWO) for w in found.all]
    assert [m.address.partition(".")[2] for m in made if isinstance(m, NewBudget)] == [
        "api_deployment_pdb",
        "api_deployment_v1",
        "api_deployment",
    ]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"name": "api"}, "entry 1: one of min_available, max_unavailable and skip = true is wanted, not none"),
        ({"name": "api", "min_available": 1, "max_unavailable": 1}, "not min_available and max_unavailable"),
        ({"name": "api", "min_available": 1, "skip": True, "reason": "x"}, "not min_available and skip"),
        ({"name": "api", "min_available": "half"}, "max_unavailable=1"),
        ({"name": "api", "min_available": True}, "must be a number of pods or a percentage"),
        ({"name": "api", "min_available": 1.5}, "must be a number of pods or a percentage"),
        ({"name": "api", "skip": True}, "skip wants a reason"),
        ({"name": "api", "skip": "yes"}, "skip must be true or false"),
        ({"name": "api", "skip": True, "reason": 1}, "reason must be a text"),
        ({"min_available": 1}, "says of no workload"),
        ({"name": "api", "minimum": 1}, "has no key minimum"),
    ],
)
def test_entries_that_are_refused(table: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse([table])
    assert message in str(caught.value)


def test_a_number_and_a_percentage() -> None:
    number, percentage = parse(
        [{"name": "a", "min_available": 2}, {"kind": "StatefulSet", "max_unavailable": "30%", "reason": "three zones"}]
    )
    assert number.policy == Policy("minAvailable", "2")
    assert (percentage.policy, percentage.reason) == (Policy("maxUnavailable", "30%"), "three zones")
