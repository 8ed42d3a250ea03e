resource "kubernetes_pod_v1" "app" {
  spec {
    container {
      name  = "app"
      image = "${var.name}:${var.tag}"
    }
  }
}

variable "name" {
  default = "ghcr.io/acme/app"
}

variable "tag" {
  default = "latest"
}
