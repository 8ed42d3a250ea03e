resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "nginx:${local.tag}"
    }
  }
}

resource "kubernetes_pod_v1" "slim" {
  spec {
    container {
      name  = "slim"
      image = "nginx:${local.tag}-alpine"
    }
  }
}

locals {
  tag = "latest"
}
