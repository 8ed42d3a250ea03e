resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  values = [yamlencode({
    image = { repository = "ghcr.io/acme/app", tag = var.edge ? "edge" : "latest", digest = "" }
  })]
}

variable "edge" {
}
