resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "nginx:${local.tag}"
    }
  }
}

resource "kubernetes_pod_v1" "other" {
  spec {
    container {
      name  = "other"
      image = "${var.name}:${local.tag}"
    }
  }
}

locals {
  tag = "latest"
}

variable "name" {
}
