# tfmod:ignore[*] taken over as it is
resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "nginx:latest"
    }
  }
}
