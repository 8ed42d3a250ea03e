# tfmod:ignore-file[IMG001] generated
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
          image = "redis:7.4.1@sha256:62c00e291ad5d4b04f16cdd249d35a29aba44c01aebedd8047686b2d1e89c3ed"
        }
      }
    }
  }
}
