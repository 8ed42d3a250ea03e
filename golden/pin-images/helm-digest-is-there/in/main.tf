resource "helm_release" "app" {
  name  = "app"
  chart = "app"
  values = [yamlencode({
    image = { repository = "nginx", tag = "latest", digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }
  })]
}
