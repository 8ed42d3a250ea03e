resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "${local.repo}:${local.tag}"
        }
      }
    }
  }
}

locals {
  repo = "ghcr.io/acme/app"
  tag  = "latest"
}
