resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "nginx:latest"
    }
    container {
      name  = "cache"
      image = "redis:7"
    }
  }

  lifecycle {
    ignore_changes = [
      spec[0].container[0],
    ]
  }
}
