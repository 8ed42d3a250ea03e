resource "kubernetes_deployment_v1" "a" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = format("%s:%s", "ghcr.io/acme/app", "2.3.4@sha256:31b230f785fba74413d12b165ec5514949e0505fde3de0bc3a46af79b691930e")
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
          image = join(":", ["redis", "7.4.1@sha256:62c00e291ad5d4b04f16cdd249d35a29aba44c01aebedd8047686b2d1e89c3ed"])
        }
      }
    }
  }
}
