resource "kubernetes_deployment_v1" "api" {
  count = var.enabled ? 1 : 0

  metadata {
    name      = "api"
    namespace = "shop"
    labels = {
      app = "api"
    }
  }
  spec {
    template {
      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/api:1.4.2"

          resources {
            requests = {
              cpu    = "35m"
              memory = "208Mi"
            }
            limits = {
              memory = "384Mi"
            }
          }
        }
      }
    }
  }
}

variable "enabled" {
  type    = bool
  default = true
}
