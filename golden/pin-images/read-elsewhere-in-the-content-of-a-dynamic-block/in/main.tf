variable "containers" {
  default = [{ name = "web", image = "nginx:latest" }]
}

resource "kubernetes_pod_v1" "web" {
  spec {
    dynamic "container" {
      for_each = var.containers

      content {
        name  = container.value.name
        image = container.value.image

        env {
          name  = "IMAGE"
          value = container.value.image
        }
      }
    }
  }
}
