resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = var.image != "" ? var.image : "redis:7"
    }
  }
}

variable "image" {
  default = "nginx:latest"
}

resource "kubernetes_namespace_v1" "web" {
  count = var.image == null ? 0 : 1
}
