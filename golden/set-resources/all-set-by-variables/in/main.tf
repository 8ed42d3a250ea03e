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
            requests = {
              cpu    = var.cpu
              memory = "64Mi"
            }
            limits = {
              memory = var.memory
            }
          }
        }
      }
    }
  }
}

variable "cpu" {
  type = string
}

variable "memory" {
  type    = string
  default = "1Gi"
}
