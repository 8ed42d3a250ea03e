locals {
  image = "nginx:latest"
}

provider "kubernetes" {
  config_context = local.image
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = local.image
    }
  }
}
