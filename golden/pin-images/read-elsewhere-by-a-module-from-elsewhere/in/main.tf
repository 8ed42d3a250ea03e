resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = local.image
    }
  }
}

locals {
  image = "nginx:latest"
}

module "other" {
  source  = "acme/app/kubernetes"
  version = "1.0.0"
  image   = local.image
}
