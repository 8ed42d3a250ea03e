variable "names" {
  type = set(string)
}

resource "kubernetes_deployment" "web" {
  for_each = var.names

  metadata {
    name      = "web-${each.key}"
    namespace = "shop"
  }

  spec {
    replicas = 3

    selector {
      match_labels = {
        app = "web"
      }
    }

    template {
      metadata {
        labels = {
          app = "web"
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
