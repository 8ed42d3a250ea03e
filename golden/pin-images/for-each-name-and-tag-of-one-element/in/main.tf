resource "kubernetes_deployment_v1" "app" {
  for_each = local.apps
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "${each.value.repo}:${each.value.tag}"
        }
      }
    }
  }
}

locals {
  apps = {
    app = { repo = "ghcr.io/acme/app", tag = "latest" }
    web = { repo = "nginx", tag = "1.27.3" }
  }
}
