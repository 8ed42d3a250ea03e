variable "image" {}

variable "tag" {
  default = "latest"
}

resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "${var.image}:${var.tag}"
        }
      }
    }
  }
}
