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

          liveness_probe {
            exec {
              command = ["/bin/check", "--all"]
            }
            period_seconds    = 10
            timeout_seconds   = 20
            failure_threshold = 6
          }

          readiness_probe {
            exec {
              command = ["/bin/check"]
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 3
          }

          startup_probe {
            exec {
              command = ["/bin/check", "--all"]
            }
            period_seconds    = 10
            timeout_seconds   = 20
            failure_threshold = 180
          }
        }
      }
    }
  }
}
