resource "kubernetes_pod_v1" "grafana" {
  metadata {
    name = "grafana"
  }
  spec {
    container {
      name  = "grafana"
      image = var.image

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

variable "image" {
  default = "grafana/grafana:11.3.0"
}
