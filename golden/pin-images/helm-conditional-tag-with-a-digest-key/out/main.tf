resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  values = [yamlencode({
    image = { repository = "ghcr.io/acme/app", tag = var.edge ? "edge" : "2.3.4", digest = "" }
  })]
}

variable "edge" {
}
