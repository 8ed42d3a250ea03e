resource "kubernetes_daemon_set_v1" "app" {
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
          image = "prom/node-exporter:v1.8.2"
          port {
            name           = "metrics"
            container_port = 9100
          }
          liveness_probe {
            http_get {
              path = "/"
              port = "metrics"
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }
          readiness_probe {
            http_get {
              path = "/"
              port = "metrics"
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 3
          }
        }
      }
    }
  }
}
