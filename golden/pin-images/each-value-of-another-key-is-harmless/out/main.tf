resource "kubernetes_pod_v1" "app" {
  for_each = local.apps

  spec {
    container {
      name  = "main"
      image = each.value.image
    }
  }
}

resource "kubernetes_service_v1" "app" {
  for_each = local.apps

  metadata {
    name   = each.key
    labels = { value = each.value.port }
  }
}

locals {
  apps = {
    web = {
      image = "nginx:1.27.3@sha256:f6bd810360c381c81576b17c0e1e306dc005db5d537af3e65b854275c9f09b93"
      port  = 80
    }
  }
}
