resource "helm_release" "app" {
  name   = "app"
  chart  = "app"
  values = [templatefile("${path.module}/values.yaml.tftpl", { canary = true })]
}
