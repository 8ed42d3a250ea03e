locals {
  image = "nginx:1.26"
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "${split(":", local.image)[0]}:${local.tag}"
    }
  }
}

locals {
  tag = "latest"
}
