resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  values = [yamlencode({ image = { repository = "nginx", tag = "1.27.3@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" } })]
}
