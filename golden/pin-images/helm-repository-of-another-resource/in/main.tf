resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  set {
    name  = "image.repository"
    value = aws_ecr_repository.app.repository_url
  }

  set {
    name  = "image.tag"
    value = "latest"
  }
}
