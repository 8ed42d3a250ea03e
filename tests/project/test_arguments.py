"""References to arguments of other resources, where they are looked through."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.hcl.document import Document
from refactor.project.choices import Absent, Choices, every
from refactor.project.evaluate import Evaluator
from refactor.project.texts import as_text
from refactor.project.values import Str
from tests.support.values import project

MODULE = """\
resource "kubernetes_namespace" "shop" {
  metadata {
    name   = "shop-${var.stage}"
    labels = { tier = "core" }
  }
}
resource "kubernetes_namespace" "each" {
  for_each = { a = "one", b = "two" }
  metadata {
    name = each.value
  }
}
resource "kubernetes_namespace" "set" {
  for_each = toset(["x", "y"])
  metadata {
    name = each.key
  }
}
resource "kubernetes_namespace" "maybe" {
  count = var.stage == "live" ? 1 : 0
  metadata {
    name = "maybe"
  }
}
resource "kubernetes_service" "two" {
  spec {
    port {
      port = 80
    }
    port {
      port = 443
    }
  }
}
resource "random_id" "id" {
  prefix = "r"
}
resource "kubernetes_namespace" "round" {
  metadata {
    name = kubernetes_namespace.round.metadata[0].name
  }
}
variable "stage" {
  default = "live"
}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("kubernetes_namespace.shop.metadata[0].name", ["shop-live"]),
        ("kubernetes_namespace.shop.metadata.0.name", ["shop-live"]),
        ("kubernetes_namespace.shop.metadata[0].labels.tier", ["core"]),
        ('"${kubernetes_namespace.shop.metadata[0].name}-db"', ["shop-live-db"]),
        ('kubernetes_namespace.each["b"].metadata[0].name', ["two"]),
        ('kubernetes_namespace.set["y"].metadata[0].name', ["y"]),
        ("kubernetes_namespace.maybe[0].metadata[0].name", ["maybe"]),
        ("kubernetes_service.two.spec[0].port[1].port", ["443"]),
        # what the code does not say
        ("kubernetes_namespace.shop.metadata[0].uid", ["!managed-elsewhere"]),
        ("kubernetes_namespace.shop.id", ["!managed-elsewhere"]),
        ("kubernetes_namespace.shop.metadata[1].name", ["!managed-elsewhere"]),
        ("kubernetes_namespace.gone.metadata[0].name", ["!managed-elsewhere"]),
        ("kubernetes_namespace.each[var.unknown].metadata[0].name", ["!managed-elsewhere"]),
        ('kubernetes_namespace.each["c"].metadata[0].name', ["!managed-elsewhere"]),
        ("kubernetes_service.two.spec[0].port.port", ["!managed-elsewhere"]),
        ("random_id.id.prefix", ["!managed-elsewhere"]),
        ("kubernetes_namespace.round.metadata[0].name", ["!computed"]),
    ],
)
def test_arguments(tmp_path: Path, expression: str, expected: list[str]) -> None:
    found = project(tmp_path, {"main.tf": MODULE})
    run = Evaluator(found, through=("kubernetes_",))
    document = Document("here.tf", f"_ = {expression}\n".encode())
    attribute = document.body.attribute("_")
    assert attribute is not None and document.error is None
    scope = run.scope(document, found.module(""))

    def once(choices: Choices) -> str | None:
        run.choices = choices
        try:
            value = as_text(run.evaluate(attribute.expression, scope))
        except Absent:
            return None
        return value.text if isinstance(value, Str) else f"!{value.reason.value}"

    assert list(dict.fromkeys(t for t in every(once) if t is not None)) == expected


def test_nothing_is_looked_through_unless_asked(tmp_path: Path) -> None:
    found = project(tmp_path, {"main.tf": MODULE})
    run = Evaluator(found)
    document = Document("here.tf", b"_ = kubernetes_namespace.shop.metadata[0].name\n")
    attribute = document.body.attribute("_")
    assert attribute is not None
    assert not isinstance(as_text(run.evaluate(attribute.expression, run.scope(document, found.module("")))), Str)


def test_a_call_on_one_line_is_a_call(tmp_path: Path) -> None:
    found = project(tmp_path, {"main.tf": 'module "app" { source = "./app" }\n', "app/main.tf": 'variable "x" {}\n'})
    assert [call.labels for _, call in found.callers("app")] == [("app",)]
