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
        }
      }
    }
  }
}

variable "enabled" {
  type    = bool
  default = true
}
