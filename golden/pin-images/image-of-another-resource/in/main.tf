resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = aws_ecr_repository.app.repository_url
        }
      }
    }
  }
}

resource "aws_ecr_repository" "app" {
  name = "app"
}
