"""Examples of ``tfmod add-pdbs``: its page, and some of its tests."""

from __future__ import annotations

from refactor.codemod import Example

_WORKLOAD = """\
resource "kubernetes_deployment" "web" {{
{meta}  metadata {{
    name      = {name}
    namespace = kubernetes_namespace.shop.metadata[0].name
  }}

  spec {{
{replicas}    selector {{
      match_labels = {{
        app = {name}
      }}
    }}

    template {{
      metadata {{
        labels = {{
          app = {name}
        }}
      }}

      spec {{
        container {{
          name  = "app"
          image = "{image}"

          readiness_probe {{
            tcp_socket {{
              port = 8080
            }}
          }}
        }}
      }}
    }}
  }}
}}
"""
_NAMESPACE = """
resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}
"""
_BUDGET = """
resource "kubernetes_pod_disruption_budget_v1" "web" {{
{meta}  metadata {{
    name      = {name}
    namespace = kubernetes_namespace.shop.metadata[0].name
  }}

  spec {{
    {policy}

    selector {{
      match_labels = {{
        app = {name}
      }}
    }}
  }}
}}
"""
_AUTOSCALER = """
resource "kubernetes_horizontal_pod_autoscaler_v2" "web" {
  metadata {
    name      = "web"
    namespace = kubernetes_namespace.shop.metadata[0].name
  }

  spec {
    min_replicas = 3
    max_replicas = 10

    scale_target_ref {
      api_version = "apps/v1"
      kind        = "Deployment"
      name        = kubernetes_deployment.web.metadata[0].name
    }
  }
}
"""
_SHOPS = """
locals {
  shops = {
    books = { replicas = 1 }
    games = { replicas = 3 }
  }
}
"""
_CHART = """\
resource "helm_release" "web" {
  name       = "web"
  repository = "https://charts.acme.example"
  chart      = "web"
  values     = [yamlencode({ replicaCount = 3 })]
}
"""
_TWO = 'min_available = "1"'
_MORE = 'max_unavailable = "1"'


def _workload(replicas: str = "", name: str = '"web"', meta: str = "", image: str = "ghcr.io/acme/web:1.4.2") -> str:
    return _WORKLOAD.format(name=name, meta=meta, image=image, replicas=f"    replicas = {replicas}\n\n" if replicas else "")


def _budget(policy: str, name: str = '"web"', meta: str = "") -> str:
    return _BUDGET.format(policy=policy, name=name, meta=meta)


_EACH = "  for_each = toset(var.shops)\n\n"
_VARIABLE = """
variable "shops" {
  type    = set(string)
  default = ["books", "games"]
}
"""

EXAMPLES: tuple[Example, ...] = (
    Example(
        "Two replicas",
        {"main.tf": _workload("2") + _NAMESPACE},
        {"main.tf": _workload("2") + _budget(_TWO) + _NAMESPACE},
    ),
    Example(
        "An autoscaler says how many there are at least",
        {"main.tf": _workload() + _AUTOSCALER + _NAMESPACE},
        {"main.tf": _workload() + _budget(_MORE) + _AUTOSCALER + _NAMESPACE},
    ),
    Example(
        "for_each is carried over",
        {"main.tf": _workload("3", "each.key", _EACH) + _NAMESPACE + _VARIABLE},
        {"main.tf": _workload("3", "each.key", _EACH) + _budget(_MORE, "each.key", _EACH) + _NAMESPACE + _VARIABLE},
    ),
    Example(
        "What the configuration says of one workload",
        {"main.tf": _workload("8") + _NAMESPACE},
        {"main.tf": _workload("8") + _budget('max_unavailable = "25%"') + _NAMESPACE},
        options={"workloads": [{"name": "web", "max_unavailable": "25%"}]},
    ),
    Example("One replica", {"main.tf": _workload("1") + _NAMESPACE}, reason="a budget would block every drain"),
    Example(
        "A budget is there",
        {"main.tf": _workload("3") + _budget(_MORE).replace('"web" {', '"shop" {') + _NAMESPACE},
        reason="with two, Kubernetes refuses to evict the pods at all",
    ),
    Example(
        "A budget that lets none go",
        {"main.tf": _workload("3") + _budget('min_available = "3"') + _NAMESPACE},
        reason="it is reported: whether it or the number of replicas is wrong is for people to say",
    ),
    Example(
        "One here, three there",
        {"main.tf": _workload("each.value.replicas", "each.key", "  for_each = local.shops\n\n") + _NAMESPACE + _SHOPS},
        reason="what protects three is of no use for one; the configuration may say max_unavailable = 1 for both",
    ),
    Example(
        "Two members that need a majority",
        {"main.tf": _workload("2", image="quay.io/coreos/etcd:v3.5.17") + _NAMESPACE},
        reason="neither may go, so a budget would block every drain; three are the least that survive one",
    ),
    Example(
        "The number is left to something else",
        {"main.tf": _workload("2").removesuffix("}\n") + "\n  lifecycle {\n    ignore_changes = [spec[0].replicas]\n  }\n}\n" + _NAMESPACE},
        reason="no autoscaler in the code says how many there are",
    ),
    Example("A chart", {"main.tf": _CHART}, reason="its values decide about replicas and budgets"),
)
