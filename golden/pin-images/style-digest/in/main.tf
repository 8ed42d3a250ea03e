resource "kubernetes_deployment_v1" "a" {
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

resource "kubernetes_deployment_v1" "b" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "redis:7"
        }
      }
    }
  }
}
