variable "tag" {
  default = "latest"
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "nginx:${var.tag}"
    }
  }

  lifecycle {
    precondition {
      condition     = length(var.tag) < 20
      error_message = "The tag is too long."
    }
  }
}
