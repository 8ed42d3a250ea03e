resource "helm_release" "app" {
  name   = "app"
  chart  = "app"
  values = [file("${path.module}/values.yaml")]

  set {
    name  = "global.imageRegistry"
    value = data.aws_ssm_parameter.mirror.value
  }
}
