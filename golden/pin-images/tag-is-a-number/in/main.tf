variable "release" {
  default = 27
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "ghcr.io/acme/app:${var.release}"
    }
  }
}
