resource "kubernetes_replication_controller" "container" {
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

resource "kubernetes_replication_controller" "init_container" {
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
