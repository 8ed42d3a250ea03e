resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/app:1"
        }
      }
    }
  }
}
