resource "helm_release" "app" {
  name   = "app"
  chart  = "app"
  values = [yamlencode({ image = { tag = "latest", pullPolicy = "Always" } })]
}
