locals {
  tag = "latest"
}

resource "kubernetes_pod_v1" "web" {
  metadata {
    name = "web"
    labels = {
      "app.kubernetes.io/version" = replace(local.tag, "+", "_")
    }
  }

  spec {
    container {
      name  = "web"
      image = "nginx:${local.tag}"
    }
  }
}
