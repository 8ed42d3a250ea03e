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
    app = { repo = "ghcr.io/acme/app", tag = "2.3.4@sha256:31b230f785fba74413d12b165ec5514949e0505fde3de0bc3a46af79b691930e" }
    web = { repo = "nginx", tag = "1.27.3@sha256:f6bd810360c381c81576b17c0e1e306dc005db5d537af3e65b854275c9f09b93" }
  }
}
