resource "kubernetes_service_account_v1" "app" {
  metadata {
    name = "app"
    annotations = {
      "example.com/containers" = jsonencode([{ image = "nginx:latest" }])
    }
  }

  image_pull_secret {
    name = "ghcr.io"
  }
}
