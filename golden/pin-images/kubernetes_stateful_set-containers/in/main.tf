resource "kubernetes_stateful_set" "container" {
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

resource "kubernetes_stateful_set" "init_container" {
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
