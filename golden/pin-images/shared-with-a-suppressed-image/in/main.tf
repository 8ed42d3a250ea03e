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
}

# tfmod:ignore[pin-images] a canary
resource "kubernetes_pod_v1" "canary" {
  spec {
    container {
      name  = "canary"
      image = "nginx:${var.tag}"
    }
  }
}
