resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  dynamic "set" {
    for_each = { "image.repository" = "ghcr.io/acme/app", "image.tag" = "latest", "image.digest" = "" }
    content {
      name  = set.key
      value = set.value
    }
  }
}
