variable "port" {
  type    = number
  default = 8080
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
          port {
            container_port = var.port
          }
          readiness_probe {
            http_get {
              path = "/ready"
              port = var.port
            }
          }
          liveness_probe {
            tcp_socket {
              port = var.port
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }
          startup_probe {
            tcp_socket {
              port = var.port
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 180
          }
        }
      }
    }
  }
}
