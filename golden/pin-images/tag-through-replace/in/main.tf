variable "branch" {
  default = "feature/latest"
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "ghcr.io/acme/app:${replace(var.branch, "feature/", "")}"
    }
  }
}
