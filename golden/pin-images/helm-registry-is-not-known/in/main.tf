resource "helm_release" "app" {
  name  = "app"
  chart = "app"
  values = [yamlencode({
    image = { registry = data.aws_ssm_parameter.mirror.value, repository = "nginx", tag = "latest" }
  })]
}
