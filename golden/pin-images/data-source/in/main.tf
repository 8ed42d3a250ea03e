resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = data.aws_ssm_parameter.image.value
        }
      }
    }
  }
}

data "aws_ssm_parameter" "image" {
  name = "x"
}
