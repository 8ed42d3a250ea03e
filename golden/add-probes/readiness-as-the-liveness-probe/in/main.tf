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
          image = "ghcr.io/acme/app:1.2.3"
          port {
            container_port = 8080
          }
          liveness_probe {
            http_get {
              path = local.health
              port = 8080
              http_header {
                name  = "Host"
                value = "app.example.com"
              }
            }
            period_seconds    = 60
            timeout_seconds   = 30
            failure_threshold = 10
          }
        }
      }
    }
  }
}

locals {
  health = "/healthz"
}
