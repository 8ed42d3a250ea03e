"""Examples of ``tfmod scale-replicas``: its page, and some of its tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from refactor.codemod import Example


def _web(*, replicas: str = "1", spec: str = "", pod: str = "", container: str = "", image: str = "ghcr.io/acme/web:2.4") -> str:
    return f"""\
resource "kubernetes_deployment_v1" "web" {{
  metadata {{
    name      = "web"
    namespace = "shop"
    labels    = {{ tier = "0-core" }}
  }}
  spec {{
    replicas = {replicas}
{spec}    selector {{
      match_labels = {{ app = "web" }}
    }}
    template {{
      metadata {{
        labels = {{ app = "web" }}
      }}
      spec {{
{pod}        container {{
          name  = "web"
          image = "{image}"
{container}        }}
      }}
    }}
  }}
}}
"""


_CORE: Mapping[str, Any] = {"labels": {"tier": "0-core"}}
_READY = """\
          readiness_probe {
            http_get {
              path = "/ready"
              port = 8080
            }
          }
"""
_ANTI_AFFINITY = """\
        affinity {
          pod_anti_affinity {
            preferred_during_scheduling_ignored_during_execution {
              weight = 100
              pod_affinity_term {
                topology_key = "kubernetes.io/hostname"
                label_selector {
                  match_labels = { app = "web" }
                }
              }
            }
          }
        }
"""
_CONSTRAINT = """\
        topology_spread_constraint {
          max_skew           = 1
          topology_key       = "topology.kubernetes.io/zone"
          when_unsatisfiable = "ScheduleAnyway"
          label_selector {
            match_labels = { app = "web" }
          }
        }
"""


def _budget(policy: str) -> str:
    return f"""
resource "kubernetes_pod_disruption_budget_v1" "web" {{
  metadata {{
    name      = "web"
    namespace = "shop"
  }}

  spec {{
    {policy}

    selector {{
      match_labels = {{ app = "web" }}
    }}
  }}
}}
"""


def _grown(text: str, replicas: int, added: str, budget: str) -> str:
    """A workload with its new number, what follows its container, and its budget."""
    end = "        }\n      }\n    }\n  }\n}\n"
    return (
        text.replace("replicas = 1", f"replicas = {replicas}").removesuffix(end)
        + f"        }}\n{added}      }}\n    }}\n  }}\n}}\n{budget}"
    )


def _refused(title: str, reason: str, text: str, more: str = "", **entry: Any) -> Example:
    return Example(title, {"main.tf": text + more}, reason=reason, options={"critical": [{**_CORE, **entry}]})


_NFS = """\
        volume {
          name = "data"
          nfs {
            server = "storage.lan"
            path   = "/srv/web"
          }
        }
"""
_MOUNT = """\
          volume_mount {
            name       = "data"
            mount_path = "/data"
          }
"""
_CLAIM = """
resource "kubernetes_persistent_volume_claim_v1" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
  }
  spec {
    access_modes = ["ReadWriteOnce"]
    resources {
      requests = { storage = "5Gi" }
    }
  }
}
"""
_CLAIMED = """\
        volume {
          name = "data"
          persistent_volume_claim {
            claim_name = kubernetes_persistent_volume_claim_v1.web.metadata[0].name
          }
        }
"""
_SCALER = """
resource "kubernetes_horizontal_pod_autoscaler_v2" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
  }
  spec {
    max_replicas = 5
    scale_target_ref {
      api_version = "apps/v1"
      kind        = "Deployment"
      name        = "web"
    }
  }
}
"""
_LOW = """
resource "kubernetes_priority_class_v1" "low" {
  metadata {
    name = "best-effort"
  }
  value = -100
}
"""
_RECREATE = '    strategy {\n      type = "Recreate"\n    }\n'
_READY_WEB = _web(container=_READY)
_LOCAL = """
locals {
  small = 1
}

output "replicas" {
  value = local.small
}
"""

EXAMPLES: tuple[Example, ...] = (
    Example(
        "A critical workload gets a second replica, on another node where there is one, and a budget",
        {"main.tf": _READY_WEB},
        {"main.tf": _grown(_READY_WEB, 2, _ANTI_AFFINITY, _budget('min_available = "1"'))},
        options={"critical": [_CORE]},
    ),
    Example(
        "Its entry says three, over zones",
        {"main.tf": _READY_WEB},
        {"main.tf": _grown(_READY_WEB, 3, _CONSTRAINT, _budget('max_unavailable = "1"'))},
        options={"critical": [{**_CORE, "replicas": 3, "spread": "topology-spread", "topology_key": "topology.kubernetes.io/zone"}]},
    ),
    Example(
        "Several pods may write to the storage, as the entry says",
        {"main.tf": _web(pod=_NFS, container=_MOUNT)},
        {"main.tf": _grown(_web(pod=_NFS, container=_MOUNT), 2, _ANTI_AFFINITY, _budget('min_available = "1"'))},
        options={"critical": [{**_CORE, "shared_storage": True}]},
    ),
    Example(
        "A workload that is not critical gets the lower priority class",
        {"main.tf": _READY_WEB + _LOW},
        {
            "main.tf": _READY_WEB.replace(
                "      spec {\n        container", '      spec {\n        priority_class_name = "best-effort"\n\n        container'
            )
            + _LOW
        },
        options={"priority_class": "best-effort", "mark_non_critical": True},
    ),
    Example(
        "Nobody says that the workload is critical",
        {"main.tf": _READY_WEB},
        reason="which workloads must not stand still is for people to say: [[scale-replicas.critical]]",
    ),
    _refused("Both pods would write to the same files", "an NFS volume that is not read-only", _web(pod=_NFS, container=_MOUNT)),
    _refused("The volume is for one node", "a claim with ReadWriteOnce", _web(pod=_CLAIMED, container=_MOUNT), _CLAIM),
    _refused(
        "The volume is for one node, whatever its entry says", "no entry can change that", _web(pod=_CLAIMED), _CLAIM, shared_storage=True
    ),
    _refused("No two pods at a time", "the strategy is Recreate", _web(spec=_RECREATE)),
    _refused("A database that one process writes", "a second server on the same data damages it", _web(image="postgres:17.2")),
    _refused("The pod has the ports of its node", "host_network", _web(pod="        host_network = true\n")),
    _refused("An autoscaler decides", "its minimum is for its owner to raise", _web(), _SCALER),
    _refused("Something else reads the number", "an output has it too", _web(replicas="local.small"), _LOCAL),
    _refused("The workload is scaled down", "0 replicas: somebody wants it so", _web(replicas="0 # until spring")),
)
