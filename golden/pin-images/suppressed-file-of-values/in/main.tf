resource "helm_release" "app" {
  name   = "app"
  chart  = "app"
  values = [file("${path.module}/values.yaml")]
}
