resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  set {
    name  = "image.repository"
    value = "ghcr.io/acme/app"
  }

  set {
    name  = "image.tag"
    value = "latest"
  }

  lifecycle {
    ignore_changes = [set]
  }
}
