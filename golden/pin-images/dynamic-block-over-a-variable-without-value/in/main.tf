variable "sidecars" {
  type = map(object({ image = string }))
}

resource "kubernetes_pod_v1" "app" {
  spec {
    dynamic "container" {
      for_each = var.sidecars

      content {
        name  = container.key
        image = container.value.image
      }
    }
  }
}
