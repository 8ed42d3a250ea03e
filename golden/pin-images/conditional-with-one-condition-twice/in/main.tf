resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "${var.x ? "nginx" : "ghcr.io/acme/app"}:${var.x ? "1.27.3" : "latest"}"
        }
      }
    }
  }
}

variable "x" {}
