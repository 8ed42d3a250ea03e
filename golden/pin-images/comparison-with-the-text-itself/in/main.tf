resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = var.image
    }
  }
}

variable "image" {
  default = "nginx:latest"
}

resource "kubernetes_namespace_v1" "web" {
  count = var.image == "nginx:latest" ? 0 : 1
}
