resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  values = [yamlencode({ image = "nginx:latest" })]

  lifecycle {
    ignore_changes = [set]
  }
}
