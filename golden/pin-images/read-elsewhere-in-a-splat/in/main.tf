locals {
  apps = [{ image = "nginx:latest" }]
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = local.apps[0].image
    }
  }
}

output "images" {
  value = local.apps[*].image
}
