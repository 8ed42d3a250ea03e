resource "kubernetes_pod_v1" "app" {
  for_each = toset(["a"])

  spec {
    container {
      name  = "main"
      image = local.image
    }
  }
}

resource "kubernetes_pod_v1" "twin" {
  for_each = toset(["b"])

  spec {
    container {
      name  = "main"
      image = local.image
    }
  }

  lifecycle {
    ignore_changes = [spec]
  }
}

locals {
  image = "nginx:latest"
}
