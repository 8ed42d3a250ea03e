variable "port" {
  type    = number
  default = 8080
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
          port {
            container_port = var.port
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
      target_port = var.port
    }
  }
}
