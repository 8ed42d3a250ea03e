resource "kubernetes_pod_v1" "app" {
  spec {
    container {
      name  = "app"
      image = "ghcr.io/acme/app:${local.tag}"
    }
  }
}

resource "kubernetes_pod_v1" "worker" {
  spec {
    container {
      name  = "worker"
      image = local.worker
    }
  }
}

locals {
  tag    = "latest"
  worker = "ghcr.io/acme/worker:${local.tag}"
}

output "worker" {
  value = local.worker
}
