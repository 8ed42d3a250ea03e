variable "name" {
  type = string
}

variable "image" {
  type = string
}

variable "image_tag" {
  type    = string
  default = "latest"
}

resource "kubernetes_deployment_v1" "app" {
  metadata {
    name = var.name
  }
  spec {
    template {
      metadata {}
      spec {
        container {
          name  = var.name
          image = "${var.image}:${var.image_tag}"
        }
      }
    }
  }
}
