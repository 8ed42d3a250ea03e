locals {
  apps = toset(["api", "web"])
}

resource "kubernetes_deployment_v1" "api" {
  for_each = local.apps

  metadata {
    name      = each.key
    namespace = "shop"
    labels = {
      app = "api"
    }
  }
  spec {
    template {
      spec {
        container {
          name  = each.key
          image = "ghcr.io/acme/api:1.4.2"

          resources {
            requests = {
              cpu    = "200m"
              memory = "704Mi"
            }
            limits = {
              memory = "896Mi"
            }
          }
        }
      }
    }
  }
}
