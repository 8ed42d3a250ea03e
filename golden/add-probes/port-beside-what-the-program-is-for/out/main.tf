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
          name    = "app"
          image   = "cloudflare/cloudflared:2025.2.0"
          command = ["cloudflared", "tunnel", "run"]
          port {
            container_port = 14333
          }
          liveness_probe {
            http_get {
              path = "/healthcheck"
              port = 20241
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }
          readiness_probe {
            http_get {
              path = "/ready"
              port = 20241
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

resource "kubernetes_service_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    selector = {
      app = "app"
    }
    port {
      port = 14333
    }
  }
}
