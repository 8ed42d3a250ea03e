resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  values = [file("${path.module}/values.yaml")]

  set {
    name  = "image.tag"
    value = "2.3.4"
  }
}
