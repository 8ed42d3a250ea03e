resource "kubernetes_deployment_v1" "app" {
  for_each = local.apps
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = each.value.image
        }
      }
    }
  }
}

locals {
  apps = {
    web   = { image = "nginx:latest" }
    cache = { image = "redis:7" }
  }
}
