resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "nginx:latest"
    }
    container {
      name  = "cache"
      image = "redis:7.4.1@sha256:62c00e291ad5d4b04f16cdd249d35a29aba44c01aebedd8047686b2d1e89c3ed"
    }
  }

  lifecycle {
    ignore_changes = [
      spec[0].container[0],
    ]
  }
}
