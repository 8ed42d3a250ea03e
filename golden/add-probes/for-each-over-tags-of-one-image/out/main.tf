resource "kubernetes_deployment_v1" "grafana" {
  for_each = {
    one = "10.4.0"
    two = "11.3.0"
  }
  metadata {
    name = "grafana"
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
          image = "grafana/grafana:${each.value}"

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
