resource "kubernetes_pod_v1" "container" {
  spec {
    container {
      name  = "main"
      image = "nginx:latest"
    }
  }
}

resource "kubernetes_pod_v1" "init_container" {
  spec {
    init_container {
      name  = "main"
      image = "busybox"
    }
  }
}
