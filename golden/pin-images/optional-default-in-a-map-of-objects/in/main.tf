resource "kubernetes_pod_v1" "app" {
  for_each = var.apps

  spec {
    container {
      name  = "main"
      image = each.value.image
    }
  }
}

variable "apps" {
  default = {
    web   = {}
    cache = { image = "redis:7" }
  }
  type = map(object({
    image = optional(string, "nginx:latest")
    port  = optional(number)
  }))
}
