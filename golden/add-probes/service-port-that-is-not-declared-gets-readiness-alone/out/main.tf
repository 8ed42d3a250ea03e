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

          readiness_probe {
            tcp_socket {
              port = 8080
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
      port = 8080
    }
  }
}
