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
        init_container {
          name           = "proxy"
          image          = "grafana/grafana:11.3.0"
          restart_policy = "Always"
          port {
            container_port = 3000
          }
          liveness_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            initial_delay_seconds = 900
            period_seconds        = 10
            timeout_seconds       = 5
            failure_threshold     = 6
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
        }
        container {
          name  = "app"
          image = "prom/blackbox-exporter:v0.25.0"

          liveness_probe {
            http_get {
              path = "/-/healthy"
              port = 9115
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }

          readiness_probe {
            http_get {
              path = "/-/healthy"
              port = 9115
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
