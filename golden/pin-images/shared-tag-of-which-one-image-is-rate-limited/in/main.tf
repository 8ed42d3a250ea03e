variable "release" {
  default = "edge"
}

resource "kubernetes_pod_v1" "app" {
  spec {
    container {
      name  = "app"
      image = "ghcr.io/acme/app:${var.release}"
    }
  }
}

resource "kubernetes_pod_v1" "worker" {
  spec {
    container {
      name  = "worker"
      image = "ghcr.io/acme/worker:${var.release}"
    }
  }
}
