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
    labels = { value = each.value.image }
  }
}

locals {
  apps = {
    web = {
      image = "nginx:latest"
      port  = 80
    }
  }
}
