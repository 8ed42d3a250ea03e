# tfmod:ignore[add-probes, pin-images] a demonstration
# by the web team
resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "nginx:latest"
    }
  }
}
