locals {
  images = csvdecode(file("${path.module}/images.csv"))
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = local.images[0].image
    }
  }
}
