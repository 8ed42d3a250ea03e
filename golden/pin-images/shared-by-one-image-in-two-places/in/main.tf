resource "kubernetes_deployment_v1" "a" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = local.image
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
          image = local.image
        }
      }
    }
  }
}

locals {
  image = "nginx:latest"
}
