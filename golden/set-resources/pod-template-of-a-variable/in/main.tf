resource "kubernetes_manifest" "api" {
  manifest = {
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata = {
      name      = "api"
      namespace = "shop"
    }
    spec = var.spec
  }
}

variable "spec" {
  type = any
}
