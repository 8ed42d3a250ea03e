resource "helm_release" "wiki" {
  name   = "wiki"
  chart  = "wiki"
  values = [yamlencode({ branding = { image = "https://example.com/logo.png" } })]
}
