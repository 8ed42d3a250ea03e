resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  values = [yamlencode({ source = { repository = "https://charts.example", tag = "latest" } })]
}
