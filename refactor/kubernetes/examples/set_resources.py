"""Examples of ``tfmod set-resources``: its page, and some of its tests."""

from __future__ import annotations

from refactor.codemod import Example

_NOTHING = """\
          port {
            container_port = 8080
          }
"""
_MEASURED = """\
          port {
            container_port = 8080
          }
          resources {
            requests = {
              cpu    = "35m"
              memory = "208Mi"
            }
            limits = {
              memory = "384Mi"
            }
          }
"""
_GPU = """\
          resources {
            limits = {
              "nvidia.com/gpu" = "1"
            }
          }
"""
_GPU_MEASURED = """\
          resources {
            limits = {
              "nvidia.com/gpu" = "1"
              memory           = "384Mi"
            }
            requests = {
              cpu    = "35m"
              memory = "208Mi"
            }
          }
"""
_SET = """\
          resources {
            requests = {
              cpu    = "1"
              memory = "2Gi"
            }
            limits = {
              memory = "4Gi"
            }
          }
"""
_OVERWRITTEN = """\
          resources {
            requests = {
              cpu    = "35m"
              memory = "208Mi"
            }
            limits = {
              memory = "384Mi"
            }
          }
"""
_BY_POLICY = """\
          port {
            container_port = 8080
          }
          resources {
            requests = {
              cpu    = "10m"
              memory = "64Mi"
            }
            limits = {
              memory = "256Mi"
            }
          }
"""
_USAGE = {"shop/Deployment/api/app": "cpu 32m 180m, memory 200Mi 240Mi 310Mi, pods 2"}
_POLICIES = [
    {"labels": {"tier": "4-aux"}, "requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
]


def _deployment(inner: str, *, more: str = "") -> dict[str, str]:
    return {
        "main.tf": f"""\
resource "kubernetes_deployment_v1" "api" {{
  metadata {{
    name      = "api"
    namespace = "shop"
    labels = {{
      tier = "4-aux"
    }}
  }}
  spec {{
    template {{
      spec {{
        container {{
          name  = "app"
          image = "ghcr.io/acme/api:1.4.2"
{inner}        }}
      }}
    }}
  }}
{more}}}
"""
    }


_VPA = """\
resource "kubernetes_manifest" "vpa" {
  manifest = {
    apiVersion = "autoscaling.k8s.io/v1"
    kind       = "VerticalPodAutoscaler"
    metadata   = { name = "api", namespace = "shop" }
    spec       = { targetRef = { apiVersion = "apps/v1", kind = "Deployment", name = "api" } }
  }
}
"""
_IGNORED = """\
  lifecycle {
    ignore_changes = [spec[0].template[0].spec[0].container[0].resources]
  }
"""

EXAMPLES: tuple[Example, ...] = (
    Example(
        "Measured for two weeks: 32m and 200 MiB in the median, 310 MiB at the peak",
        _deployment(_NOTHING),
        _deployment(_MEASURED),
        usage=_USAGE,
    ),
    Example("A GPU stays, and gets requests beside it", _deployment(_GPU), _deployment(_GPU_MEASURED), usage=_USAGE),
    Example(
        "By a policy for its tier, since nobody measured it",
        _deployment(_NOTHING),
        _deployment(_BY_POLICY),
        options={"policies": _POLICIES},
    ),
    Example(
        "What is set is changed with --overwrite", _deployment(_SET), _deployment(_OVERWRITTEN), usage=_USAGE, options={"overwrite": True}
    ),
    Example("What is set stays as it is", _deployment(_SET), reason="--overwrite was not given", usage=_USAGE),
    Example("Nobody says how much", _deployment(_NOTHING), reason="there are no measurements, and no policy"),
    Example(
        "Measured for an hour",
        _deployment(_NOTHING),
        reason="that is too little to go by",
        usage={"shop/Deployment/api/app": "cpu 1m 2m, hours 1"},
    ),
    Example("The container was not measured", _deployment(_NOTHING), reason="it may have another name in the cluster", usage={}),
    Example(
        "Limits of a variable",
        _deployment("          resources {\n            limits = var.limits\n          }\n"),
        reason="a request must not be above a limit, which is not known",
        usage=_USAGE,
    ),
    Example("Entries of ignore_changes", _deployment(_NOTHING, more=_IGNORED), reason="Terraform would never apply it", usage=_USAGE),
    Example(
        "A VerticalPodAutoscaler sets them",
        {**_deployment(_NOTHING), "vpa.tf": _VPA},
        reason="it would overrule what is written",
        usage=_USAGE,
    ),
)
