resource "helm_release" "app" {
  name   = "app"
  chart  = "app"
  values = ["image: {repository: nginx, tag: latest}"]
}
