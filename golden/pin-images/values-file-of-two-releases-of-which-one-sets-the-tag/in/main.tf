resource "helm_release" "app" {
  name   = "app"
  chart  = "app"
  values = [file("${path.module}/values.yaml")]
}

resource "helm_release" "canary" {
  name   = "app"
  chart  = "app"
  values = [file("${path.module}/values.yaml")]

  set {
    name  = "image.tag"
    value = data.aws_ssm_parameter.canary.value
  }
}
