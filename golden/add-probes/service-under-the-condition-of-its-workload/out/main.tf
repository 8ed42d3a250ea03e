resource "kubernetes_deployment_v1" "app" {
  count = var.enabled ? 1 : 0
  metadata {
    name = "app"
  }
  spec {
    selector {
      match_labels = {
        app = "app"
      }
    }
    template {
      metadata {
        labels = {
          app = "app"
        }
      }
      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/app:1.2.3"
          port {
            container_port = 8080
          }
          liveness_probe {
            tcp_socket {
              port = 8080
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }
          readiness_probe {
            tcp_socket {
              port = 8080
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 3
          }
          startup_probe {
            tcp_socket {
              port = 8080
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

resource "kubernetes_service_v1" "app" {
  count = var.enabled ? 1 : 0
  metadata {
    name = "app"
  }
  spec {
    selector = {
      app = "app"
    }
    port {
      port = 8080
    }
  }
}

variable "enabled" {
  type = bool
}
