resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  set {
    name  = "image.tag"
    value = "latest"
  }
}
