locals {
  apps = toset(["web", "admin"])
}

resource "kubernetes_deployment" "web" {
  for_each = local.apps

  metadata {
    name      = each.key
    namespace = "shop"
  }

  spec {
    replicas = 2

    selector {
      match_labels = {
        app = each.key
      }
    }

    template {
      metadata {
        labels = {
          app = each.key
        }
      }

      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/web:1.4.2"

          readiness_probe {
            http_get {
              path = "/"
              port = 8080
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_pod_disruption_budget_v1" "web" {
  for_each = local.apps

  metadata {
    name      = each.key
    namespace = "shop"
  }

  spec {
    max_unavailable = "1"

    selector {
      match_labels = {
        app = each.key
      }
    }
  }
}
