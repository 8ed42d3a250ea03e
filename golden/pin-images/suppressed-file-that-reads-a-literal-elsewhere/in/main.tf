# tfmod:ignore-file[pin-images] taken over from a vendor
resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = var.image
    }
  }
}
