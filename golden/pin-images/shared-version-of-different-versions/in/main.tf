resource "kubernetes_deployment_v1" "a" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "ghcr.io/acme/app:${var.v}"
        }
      }
    }
  }
}

resource "kubernetes_deployment_v1" "b" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "ghcr.io/acme/worker:${var.v}"
        }
      }
    }
  }
}

variable "v" {
  default = "edge"
}
