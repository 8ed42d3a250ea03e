resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "nginx:latest"
    }
    container {
      name  = "cache"
      image = "redis:none"
    }
  }

  lifecycle {
    ignore_changes = [
      spec[0].container[0].image,
      spec[0].container[1].image, # moved by CI
    ]
  }
}
