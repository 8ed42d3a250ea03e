resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = var.app.image
        }
      }
    }
  }
}

variable "app" {
  type = object({
    image = optional(string, "nginx:latest")
  })
  default = {}
}
