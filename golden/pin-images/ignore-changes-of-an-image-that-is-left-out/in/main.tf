resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "nginx:latest"
    }
  }

  lifecycle {
    ignore_changes = [spec[0].container[0].image]
  }
}
