locals {
  apps = {
    web   = { replicas = 1 }
    admin = { replicas = 3 }
  }
}

resource "kubernetes_deployment" "web" {
  for_each = local.apps

  metadata {
    name      = each.key
    namespace = "shop"
  }

  spec {
    replicas = each.value.replicas

    selector {
      match_labels = {
        app = each.key
      }
    }

    template {
      metadata {
        labels = {
          app = each.key
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
