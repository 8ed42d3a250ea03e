locals {
  pin = "1.4.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
}

resource "kubernetes_pod_v1" "app" {
  spec {
    container {
      name  = "app"
      image = "ghcr.io/acme/app:${local.pin}"
    }
  }
}

resource "kubernetes_pod_v1" "worker" {
  spec {
    container {
      name  = "worker"
      image = "ghcr.io/acme/worker:${local.pin}"
    }
  }
}
