"""Whether a selector selects: yes, no, or the code does not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.kubernetes.selectors import Answer, Labels, Requirement, Selector, Term, all_of
from tests.support.workloads import deployment, workloads

SAME = ("module", "each.key")


@pytest.mark.parametrize(
    ("one", "two", "answer"),
    [
        (Term(("a",)), Term(("a",)), True),
        (Term(("a",)), Term(("b",)), False),
        (Term(("a", "b")), Term(("c",)), False),
        (Term(("a", "b")), Term(("b",)), None),
        (Term(("a", "b"), SAME), Term(("a", "b"), SAME), True),
        (Term(None, SAME), Term(None, SAME), True),
        (Term(None, SAME), Term(None, ("other", "each.key")), None),
        (Term(None), Term(None), None),
        (Term(None), Term(("a",)), None),
    ],
)
def test_terms(one: Term, two: Term, answer: Answer) -> None:
    assert one.equals(two) is answer
    assert two.equals(one) is answer


LABELS = Labels({"app": Term(("api",)), "tier": Term(None)})
OPEN = Labels({"app": Term(("api",))}, complete=False)


@pytest.mark.parametrize(
    ("match", "labels", "answer"),
    [
        ({}, LABELS, True),
        ({"app": "api"}, LABELS, True),
        ({"app": "web"}, LABELS, False),
        ({"run": "api"}, LABELS, False),
        ({"run": "api"}, OPEN, None),
        ({"tier": "core"}, LABELS, None),
        ({"tier": "core", "app": "web"}, LABELS, False),
    ],
)
def test_match_labels(match: dict[str, str], labels: Labels, answer: Answer) -> None:
    assert Selector(Labels({k: Term((v,)) for k, v in match.items()})).selects(labels) is answer


def test_a_selector_that_is_not_whole_selects_perhaps() -> None:
    assert Selector(Labels({}, complete=False)).selects(LABELS) is None
    assert Selector(Labels({"app": Term(("web",))}, complete=False)).selects(LABELS) is False
    assert Selector(Labels(), None).selects(LABELS) is None


@pytest.mark.parametrize(
    ("key", "operator", "values", "answer"),
    [
        ("app", "In", ("api", "web"), True),
        ("app", "In", ("web",), False),
        ("app", "NotIn", ("web",), True),
        ("app", "NotIn", ("api",), False),
        ("app", "In", None, None),
        ("app", "Exists", (), True),
        ("app", "DoesNotExist", (), False),
        ("run", "In", ("api",), False),
        ("run", "NotIn", ("api",), True),
        ("run", "Exists", (), False),
        ("run", "DoesNotExist", (), True),
        ("tier", "In", ("core",), None),
        ("app", "Gt", ("1",), None),
    ],
)
def test_match_expressions(key: str, operator: str, values: tuple[str, ...] | None, answer: Answer) -> None:
    assert Requirement(key, operator, values).selects(LABELS) is answer


def test_all_of() -> None:
    assert all_of() is True
    assert all_of(True, None) is None
    assert all_of(None, False) is False


@pytest.mark.parametrize(
    ("labels", "selects"),
    [
        ("{ app = each.key }", True),  # the same expression in the same module
        ("{ app = kubernetes_deployment.api.spec[0].selector[0].match_labels.app }", True),
        ("kubernetes_deployment.api.spec[0].template[0].metadata[0].labels", True),
        ('{ app = "web" }', False),
        ("{ app = var.app }", None),
    ],
)
def test_a_service_of_a_workload(tmp_path: Path, labels: str, selects: Answer) -> None:
    each = "each.key" in labels
    app = deployment('container {\n name = "a"\n}', head='for_each = toset(["x", "y"])' if each else "")
    text = app.replace('app = "api"', "app = each.key") if each else app
    text += f'variable "app" {{}}\nresource "kubernetes_service" "s" {{\n  spec {{\n    selector = {labels}\n  }}\n}}\n'
    found = workloads(tmp_path, text)
    (service,) = found.objects.of_kind("Service")
    spec = service.root.child("spec")
    assert spec is not None
    from refactor.kubernetes.selectors import labels as read

    assert Selector(read(spec.field("selector"))).selects(found.all[0].pod_labels) is selects
