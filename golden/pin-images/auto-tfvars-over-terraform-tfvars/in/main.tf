resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "ghcr.io/acme/app:${var.tag}"
        }
      }
    }
  }
}

variable "tag" {
  default = "edge"
}
