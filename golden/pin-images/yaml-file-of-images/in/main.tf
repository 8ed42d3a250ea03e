resource "kubernetes_pod_v1" "app" {
  for_each = local.apps

  spec {
    container {
      name  = "main"
      image = each.value.image
    }
  }
}

locals {
  apps = yamldecode(file("${path.module}/apps.yaml"))
}
