resource "kubernetes_stateful_set_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    service_name = "db"
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
          name  = "db"
          image = "postgres:16.4"
          port {
            container_port = 5432
          }
          env {
            name  = "POSTGRES_PASSWORD"
            value = var.password
          }
          liveness_probe {
            exec {
              command = ["pg_isready", "-U", "postgres", "-h", "127.0.0.1"]
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }
          readiness_probe {
            exec {
              command = ["pg_isready", "-U", "postgres", "-h", "127.0.0.1"]
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 3
          }
          startup_probe {
            exec {
              command = ["pg_isready", "-U", "postgres", "-h", "127.0.0.1"]
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

variable "password" {}
