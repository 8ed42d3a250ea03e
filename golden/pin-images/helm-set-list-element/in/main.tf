resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  values = [yamlencode({ sidecars = [{ image = "redis:7" }, { image = "ghcr.io/acme/app:edge" }] })]

  set {
    name  = "sidecars[1].image"
    value = "nginx:latest"
  }
}
