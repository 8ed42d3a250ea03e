resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "${var.repo}:${var.tag}"
        }
      }
    }
  }
}

variable "repo" {
  default = "ghcr.io/acme/app"
}

variable "tag" {
  default = "latest"
}
