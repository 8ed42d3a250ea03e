resource "kubernetes_job" "container" {
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

resource "kubernetes_job" "init_container" {
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
