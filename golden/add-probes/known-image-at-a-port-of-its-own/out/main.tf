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
          image = "keycloak/keycloak:26.0"
          args  = ["start", "--health-enabled=true"]
          port {
            name           = "http"
            container_port = 8080
          }
          liveness_probe {
            http_get {
              path = "/health/live"
              port = 9000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }
          readiness_probe {
            http_get {
              path = "/health/ready"
              port = 9000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 3
          }
          startup_probe {
            http_get {
              path = "/health/live"
              port = 9000
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
