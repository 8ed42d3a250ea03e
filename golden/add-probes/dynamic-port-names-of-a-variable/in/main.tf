variable "ports" {
  default = { http = 8080, grpc = 9090 }
}

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
          dynamic "port" {
            for_each = var.ports
            content {
              name           = port.key
              container_port = port.value
            }
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
    selector = { app = "app" }
    port {
      port        = 80
      target_port = "http"
    }
  }
}
