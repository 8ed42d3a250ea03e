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
  default = "2.3.4@sha256:31b230f785fba74413d12b165ec5514949e0505fde3de0bc3a46af79b691930e"
}
