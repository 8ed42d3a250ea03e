locals {
  tag = "latest"
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "nginx:${local.tag}"
    }
  }
}

resource "terraform_data" "marker" {
}
