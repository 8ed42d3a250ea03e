variable "name" {
  type = string
}

locals {
  labels = {
    app  = local.full
    part = "web"
  }

  full = "app-${var.name}"
}

resource "kubernetes_deployment" "web" {
  metadata {
    name      = local.full
    namespace = "shop"
  }

  spec {
    replicas = 2

    selector {
      match_labels = {
        app = local.full
      }
    }

    template {
      metadata {
        labels = local.labels
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
  metadata {
    name      = local.full
    namespace = "shop"
  }

  spec {
    max_unavailable = "1"

    selector {
      match_labels = {
        app = local.full
      }
    }
  }
}
