variable "policy" {}

resource "kubernetes_deployment" "app" {
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
        init_container {
          name           = "proxy"
          image          = "redis:7.2.4"
          restart_policy = var.policy
        }
        container {
          name  = "app"
          image = "ghcr.io/acme/app:1"
          port {
            name           = "grpc"
            container_port = 9090
          }
        }
      }
    }
  }
}
