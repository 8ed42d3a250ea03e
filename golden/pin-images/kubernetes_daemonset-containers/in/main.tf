resource "kubernetes_daemonset" "container" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "nginx:latest"
        }
      }
    }
  }
}

resource "kubernetes_daemonset" "init_container" {
  spec {
    template {
      spec {
        init_container {
          name  = "main"
          image = "busybox"
        }
      }
    }
  }
}
