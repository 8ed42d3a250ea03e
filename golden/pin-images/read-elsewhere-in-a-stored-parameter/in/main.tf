locals {
  images = { web = "nginx:latest" }
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = local.images.web
    }
  }
}

resource "aws_ssm_parameter" "images" {
  name  = "images"
  type  = "String"
  value = jsonencode(local.images)
}
