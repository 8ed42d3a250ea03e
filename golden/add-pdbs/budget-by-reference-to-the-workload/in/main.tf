variable "name" {
  type = string
}

resource "kubernetes_deployment" "web" {
  metadata {
    name      = var.name
    namespace = "shop"
  }

  spec {
    replicas = 2

    selector {
      match_labels = {
        app = lower(var.name)
      }
    }

    template {
      metadata {
        labels = {
          app = lower(var.name)
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

resource "kubernetes_pod_disruption_budget_v1" "x" {
  metadata {
    name      = var.name
    namespace = kubernetes_deployment.web.metadata[0].namespace
  }

  spec {
    max_unavailable = "1"

    selector {
      match_labels = kubernetes_deployment.web.spec[0].selector[0].match_labels
    }
  }
}
