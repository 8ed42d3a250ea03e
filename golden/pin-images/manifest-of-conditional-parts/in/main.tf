resource "kubernetes_manifest" "app" {
  manifest = {
    spec = merge(
      { containers = concat([{ image = "nginx:latest" }], var.cache ? [{ image = "redis:7" }] : []) },
      var.zone != null ? { nodeSelector = { zone = var.zone } } : {},
    )
  }
}

variable "cache" {
}

variable "zone" {
}
