locals {
  names  = formatlist("%s:latest", ["nginx"])
  images = zipmap(["web"], ["nginx:latest"])
}

resource "kubernetes_pod_v1" "one" {
  spec {
    container {
      name  = "one"
      image = local.names[0]
    }
  }
}

resource "kubernetes_pod_v1" "two" {
  spec {
    container {
      name  = "two"
      image = local.images.web
    }
  }
}
