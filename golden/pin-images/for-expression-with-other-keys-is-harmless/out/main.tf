resource "kubernetes_pod_v1" "app" {
  for_each = local.full

  spec {
    container {
      name  = "main"
      image = each.value.image
    }
  }
}

resource "kubernetes_service_v1" "app" {
  for_each = local.full

  metadata {
    name   = each.key
    labels = { value = each.value.label }
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

locals {
  full = { for k, v in local.apps : k => { image = v.image, label = v.port } }
}
