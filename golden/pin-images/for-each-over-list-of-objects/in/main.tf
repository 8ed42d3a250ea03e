resource "kubernetes_deployment_v1" "app" {
  for_each = { for a in local.apps : a.name => a }
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
  apps = [
    { name = "web", image = "nginx:latest" },
    { name = "cache", image = "redis:7" },
  ]
}
