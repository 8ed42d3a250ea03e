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
      image = "nginx:latest"
      port  = 80
    }
  }
}

locals {
  full = { for k, v in local.apps : k => { image = v.image, label = v.image } }
}
