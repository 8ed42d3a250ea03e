resource "kubernetes_deployment_v1" "app" {
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
          image = "grafana/grafana:11.3.0"
          port {
            container_port = 3000
          }
          env {
            name  = "GF_SERVER_SERVE_FROM_SUB_PATH"
            value = "true"
          }
          liveness_probe {
            tcp_socket {
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }
          readiness_probe {
            tcp_socket {
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 3
          }
          startup_probe {
            tcp_socket {
              port = 3000
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
  metadata {
    name = "app"
  }
  spec {
    selector = {
      app = "app"
    }
    port {
      port = 3000
    }
  }
}
