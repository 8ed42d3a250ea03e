resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "${local.names[var.env]}:${local.tags[var.env]}"
    }
  }
}

locals {
  names = { dev = "nginx", prod = "redis" }
  tags  = { prod = "7.4.1@sha256:62c00e291ad5d4b04f16cdd249d35a29aba44c01aebedd8047686b2d1e89c3ed", dev = "1.27.3@sha256:f6bd810360c381c81576b17c0e1e306dc005db5d537af3e65b854275c9f09b93" }
}

variable "env" {
}
