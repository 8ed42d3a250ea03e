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
  tags  = { prod = "7", dev = "latest" }
}

variable "env" {
}
