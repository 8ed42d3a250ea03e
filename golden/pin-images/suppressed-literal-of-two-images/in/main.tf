# tfmod:ignore[pin-images] the nightly build is wanted
variable "image" {
  default = "ghcr.io/acme/app:nightly"
}

resource "kubernetes_pod_v1" "one" {
  spec {
    container {
      name  = "one"
      image = var.image
    }
  }
}

resource "kubernetes_pod_v1" "two" {
  spec {
    container {
      name  = "two"
      image = var.image
    }
  }
}
