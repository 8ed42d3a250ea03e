"""Workloads of small modules, for tests of their view."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from refactor.kubernetes.workloads import Workload, Workloads
from tests.support.values import project

TYPED = """\
resource "kubernetes_deployment" "api" {
  metadata {
    name      = "api"
    namespace = kubernetes_namespace.shop.metadata[0].name
    labels    = { app = "api", tier = local.tier }
  }
  spec {
    replicas = 2
    selector {
      match_labels = { app = "api" }
    }
    template {
      metadata {
        labels = { app = "api" }
      }
      spec {
        container {
          name              = "app"
          image             = "nginx:1.27"
          image_pull_policy = "Always"
          args              = ["--port", "80", var.flag]
          port {
            name           = "http"
            container_port = 80
          }
          env {
            name  = "MODE"
            value = "fast"
          }
          env {
            name = "TOKEN"
            value_from {
              secret_key_ref {
                name = "api"
                key  = "token"
              }
            }
          }
          volume_mount {
            name       = "data"
            mount_path = "/data"
          }
        }
        init_container {
          name  = "wait"
          image = "busybox:1.36"
        }
      }
    }
  }
}
resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}
locals {
  tier = "0-core"
}
variable "flag" {
  type = string
}
"""

MANIFEST = """\
resource "kubernetes_manifest" "api" {
  manifest = {
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata = {
      name      = "api"
      namespace = kubernetes_namespace.shop.metadata[0].name
      labels    = { app = "api", tier = local.tier }
    }
    spec = {
      replicas = 2
      selector = { matchLabels = { app = "api" } }
      template = {
        metadata = { labels = { app = "api" } }
        spec = {
          containers = [
            {
              name            = "app"
              image           = "nginx:1.27"
              imagePullPolicy = "Always"
              args            = ["--port", "80", var.flag]
              ports           = [{ name = "http", containerPort = 80 }]
              env = [
                { name = "MODE", value = "fast" },
                { name = "TOKEN", valueFrom = { secretKeyRef = { name = "api", key = "token" } } },
              ]
              volumeMounts = [{ name = "data", mountPath = "/data" }]
            },
          ]
          initContainers = [{ name = "wait", image = "busybox:1.36" }]
        }
      }
    }
  }
}
resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}
locals {
  tier = "0-core"
}
variable "flag" {
  type = string
}
"""


def workloads(root: Path, text: str | Mapping[str, str]) -> Workloads:
    files = {"main.tf": text} if isinstance(text, str) else text
    return project(root, files).view(Workloads)


def only(root: Path, text: str | Mapping[str, str]) -> Workload:
    (one,) = workloads(root, text).all
    return one


def deployment(pod: str, *, spec: str = "", head: str = "", name: str = "api") -> str:
    """A typed deployment with this text in its pod's specification."""
    return f"""\
resource "kubernetes_deployment" "{name}" {{
  {head}
  metadata {{
    name = "{name}"
  }}
  spec {{
    {spec}
    selector {{
      match_labels = {{ app = "{name}" }}
    }}
    template {{
      metadata {{
        labels = {{ app = "{name}" }}
      }}
      spec {{
        {pod}
      }}
    }}
  }}
}}
"""
