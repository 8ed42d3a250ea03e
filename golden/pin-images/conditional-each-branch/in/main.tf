resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = var.small ? "redis:7" : "nginx:latest"
        }
      }
    }
  }
}

variable "small" {
  default = false
}
