resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "ghcr.io/acme/app:edge@sha256:c8e4ffee8ee53f82702a4efe4d643546f0495d557a703f531b265503206595df"
        }
      }
    }
  }
}
