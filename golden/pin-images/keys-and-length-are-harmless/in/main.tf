resource "kubernetes_deployment_v1" "app" {
  for_each = local.images
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = each.value
        }
      }
    }
  }
}

locals {
  images = { web = "nginx:latest" }
}

output "names" {
  value = keys(local.images)
}

output "count" {
  value = length(local.images)
}
