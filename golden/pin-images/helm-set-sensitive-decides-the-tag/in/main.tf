resource "helm_release" "app" {
  name   = "app"
  chart  = "app"
  values = [yamlencode({ image = { repository = "nginx", tag = "latest" } })]

  set_sensitive {
    name  = "image.tag"
    value = var.tag
  }
}

variable "tag" {
}
