variable "name" {
  type = string
}

variable "replicas" {
  type = number
}

resource "kubernetes_deployment" "web" {
  metadata {
    name      = var.name
    namespace = "shop"
  }

  spec {
    replicas = var.replicas

    selector {
      match_labels = {
        app = var.name
      }
    }

    template {
      metadata {
        labels = {
          app = var.name
        }
      }

      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/web:1.4.2"

          readiness_probe {
            http_get {
              path = "/"
              port = 8080
            }
          }
        }
      }
    }
  }
}
