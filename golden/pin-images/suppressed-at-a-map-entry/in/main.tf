locals {
  images = {
    # tfmod:ignore[mutable-tag] a patch release is welcome
    web = "nginx:1.27"
  }
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = local.images.web
    }
  }
}
