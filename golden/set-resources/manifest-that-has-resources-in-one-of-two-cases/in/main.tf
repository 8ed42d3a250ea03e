resource "kubernetes_manifest" "api" {
  manifest = {
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata   = { name = "api", namespace = "shop" }
    spec = {
      template = {
        spec = {
          containers = [merge(
            { name = "app", image = "nginx:1.27" },
            var.limited ? { resources = { limits = { memory = "1Gi" } } } : {},
          )]
        }
      }
    }
  }
}

variable "limited" {
  type = bool
}
