resource "kubernetes_pod" "container" {
  spec {
    container {
      name  = "main"
      image = "nginx:latest"
    }
  }
}

resource "kubernetes_pod" "init_container" {
  spec {
    init_container {
      name  = "main"
      image = "busybox"
    }
  }
}
