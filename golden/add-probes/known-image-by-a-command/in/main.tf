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
        }
      }
    }
  }
}

variable "password" {}
