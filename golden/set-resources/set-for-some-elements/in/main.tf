locals {
  apps = {
    api = { limits = { memory = "1Gi" } }
    web = { limits = {} }
  }
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
          name  = "app"
          image = "ghcr.io/acme/api:1.4.2"
          resources {
            requests = { cpu = "10m", memory = "64Mi" }
            limits   = each.value.limits
          }
        }
      }
    }
  }
}
