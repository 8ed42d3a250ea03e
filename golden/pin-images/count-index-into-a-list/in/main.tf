resource "kubernetes_deployment_v1" "app" {
  count = 2
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = local.images[count.index]
        }
      }
    }
  }
}

locals {
  images = ["nginx:latest", "redis:7"]
}
