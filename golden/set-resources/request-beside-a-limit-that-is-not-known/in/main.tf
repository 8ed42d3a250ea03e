resource "kubernetes_deployment_v1" "api" {
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
            limits = {
              cpu    = "1"
              memory = var.memory
            }
            requests = {
              cpu = "10m"
            }
          }
        }
      }
    }
  }
}

variable "memory" {
  type = string
}
