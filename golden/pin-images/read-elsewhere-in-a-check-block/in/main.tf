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

check "tag" {
  assert {
    condition     = can(regex("^[a-z]+$", local.tag))
    error_message = "A channel is expected."
  }
}
