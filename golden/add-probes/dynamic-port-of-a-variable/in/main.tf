variable "ports" {
  default = [8080]
}

resource "kubernetes_deployment_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    selector {
      match_labels = { app = "app" }
    }
    template {
      metadata {
        labels = { app = "app" }
      }
      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/app:1"
          dynamic "port" {
            for_each = var.ports
            content {
              container_port = port.value
            }
          }
        }
      }
    }
  }
}
