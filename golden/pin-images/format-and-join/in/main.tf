resource "kubernetes_deployment_v1" "a" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = format("%s:%s", "ghcr.io/acme/app", "latest")
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
          image = join(":", ["redis", "7"])
        }
      }
    }
  }
}
