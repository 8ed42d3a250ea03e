resource "kubernetes_job" "container" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "nginx:1.27.3@sha256:f6bd810360c381c81576b17c0e1e306dc005db5d537af3e65b854275c9f09b93"
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
          image = "busybox:1.37.0@sha256:df5fb1077a9e0c027491208c88c0fabf47a6539a7e888df0f0aa0fb3f885084d"
        }
      }
    }
  }
}
