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
          dynamic "port" {
            for_each = [3000]
            content {
              container_port = port.value
            }
          }
          liveness_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }
          readiness_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 3
          }
          startup_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 90
          }
        }
      }
    }
  }
}
