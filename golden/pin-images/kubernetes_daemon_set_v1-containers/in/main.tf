resource "kubernetes_daemon_set_v1" "container" {
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

resource "kubernetes_daemon_set_v1" "init_container" {
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
