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

          liveness_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 20
            timeout_seconds   = 3
            failure_threshold = 5
          }

          readiness_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 20
            timeout_seconds   = 3
            failure_threshold = 2
          }

          startup_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 20
            timeout_seconds   = 3
            failure_threshold = 31
          }
        }
      }
    }
  }
}
