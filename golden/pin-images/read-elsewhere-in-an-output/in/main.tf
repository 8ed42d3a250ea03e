resource "kubernetes_deployment_v1" "app" {
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

output "image" {
  value = local.image
}
