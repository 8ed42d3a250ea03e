resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  dynamic "set" {
    for_each = { "image.repository" = "ghcr.io/acme/app", "image.tag" = "2.3.4", "image.digest" = "sha256:31b230f785fba74413d12b165ec5514949e0505fde3de0bc3a46af79b691930e" }
    content {
      name  = set.key
      value = set.value
    }
  }
}
