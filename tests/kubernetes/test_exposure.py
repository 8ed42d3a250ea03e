"""What Services and Ingresses send to containers."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.kubernetes.exposure import Exposed, exposed, to_container
from refactor.project.values import Unknown
from tests.support.workloads import deployment, workloads

ONE = deployment('container {\n name = "app"\n port {\n  name = "http"\n  container_port = 8080\n }\n}')
TWO = deployment(
    'container {\n name = "app"\n port {\n  container_port = 8080\n }\n}\n'
    'container {\n name = "exporter"\n port {\n  container_port = 9100\n }\n}'
)


def service(ports: str, *, selector: str = '{ app = "api" }', namespace: str = "", name: str = "api") -> str:
    return f"""
resource "kubernetes_service" "{name}" {{
  metadata {{
    name = "{name}"
    {namespace}
  }}
  spec {{
    selector = {selector}
    {ports}
  }}
}}
"""


def found(root: Path, text: str) -> list[Exposed | Unknown]:
    view = workloads(root, text)
    return exposed(view, view.all[0])


@pytest.mark.parametrize(
    ("ports", "target", "protocol"),
    [
        ("port {\n port = 80\n target_port = 8080\n}", 8080, "TCP"),
        ('port {\n port = 80\n target_port = "8080"\n}', 8080, "TCP"),
        ('port {\n port = 80\n target_port = "http"\n}', "http", "TCP"),
        ("port {\n port = 8080\n}", 8080, "TCP"),
        ('port {\n port = 53\n protocol = "UDP"\n}', 53, "UDP"),
    ],
)
def test_target_ports(tmp_path: Path, ports: str, target: int | str, protocol: str) -> None:
    assert found(tmp_path, ONE + service(ports)) == [Exposed(target, protocol, "", "", "kubernetes_service.api")]


@pytest.mark.parametrize(
    "changed",
    [
        {"selector": '{ app = "web" }'},
        {"selector": "{}"},
        {"namespace": 'namespace = "elsewhere"'},
    ],
    ids=["other labels", "no selector", "another namespace"],
)
def test_what_sends_nothing(tmp_path: Path, changed: dict[str, str]) -> None:
    assert found(tmp_path, ONE + service("port {\n port = 80\n}", **changed)) == []


def test_a_service_that_may_select_is_not_known(tmp_path: Path) -> None:
    (one,) = found(tmp_path, ONE + 'variable "x" {}\n' + service("port {\n port = 80\n}", selector="{ app = var.x }"))
    assert isinstance(one, Unknown) and "kubernetes_service.api may send to it" in one.detail


def test_a_port_that_is_not_known(tmp_path: Path) -> None:
    (one,) = found(tmp_path, ONE + 'variable "x" {}\n' + service("port {\n port = 80\n target_port = var.x\n}"))
    assert isinstance(one, Unknown)


def test_a_service_of_another_module_is_not_looked_at(tmp_path: Path) -> None:
    view = workloads(tmp_path, {"a/main.tf": ONE, "b/main.tf": service("port {\n port = 80\n}")})
    assert exposed(view, view.all[0]) == []


def test_the_ingress_that_leads_there(tmp_path: Path) -> None:
    ingress = """
resource "kubernetes_ingress_v1" "web" {
  spec {
    rule {
      http {
        path {
          backend {
            service {
              name = kubernetes_service.api.metadata[0].name
              port {
                number = 80
              }
            }
          }
        }
      }
    }
  }
}
"""
    (one,) = found(tmp_path, ONE + service("port {\n port = 80\n target_port = 8080\n}") + ingress)
    assert isinstance(one, Exposed) and one.ingress == "kubernetes_ingress_v1.web"


def test_the_container_that_declares_the_port_serves_it(tmp_path: Path) -> None:
    view = workloads(tmp_path, TWO + service("port {\n port = 80\n target_port = 8080\n}\nport {\n port = 81\n target_port = 7000\n}"))
    workload = view.all[0]
    ports = exposed(view, workload)
    app, exporter = workload.containers
    assert [p.target for p in to_container(ports, app)] == [8080]
    assert to_container(ports, exporter) == []  # and nobody declares 7000


def test_an_only_container_serves_what_it_does_not_declare(tmp_path: Path) -> None:
    view = workloads(tmp_path, deployment('container {\n name = "app"\n}') + service("port {\n port = 80\n target_port = 7000\n}"))
    workload = view.all[0]
    assert [p.target for p in to_container(exposed(view, workload), workload.containers[0])] == [7000]
