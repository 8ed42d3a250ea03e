resource "kubernetes_deployment_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    selector {
      match_labels = { app = "app" }
    }
    template {
      metadata {
        labels = { app = "app" }
      }
      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/app:1"
          liveness_probe {
            exec {
              command = ["sh", "-c", "redis-cli -a $REDIS_PASSWORD ping"]
            }
          }
          readiness_probe {
            exec {
              command = ["sh", "-c", "redis-cli -a $REDIS_PASSWORD ping"]
            }
            period_seconds    = 10
            timeout_seconds   = 1
            failure_threshold = 3
          }
        }
      }
    }
  }
}
