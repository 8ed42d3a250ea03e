resource "helm_release" "app" {
  name   = "app"
  chart  = "app"
  values = [yamlencode({ image = { repository = "nginx", tag = "latest" } })]

  set {
    name  = "image.tag"
    value = data.aws_ssm_parameter.tag.value
  }
}
