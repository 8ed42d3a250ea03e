variable "protocol" {}

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
          port {
            container_port = 8080
            protocol       = var.protocol
          }
        }
      }
    }
  }
}
