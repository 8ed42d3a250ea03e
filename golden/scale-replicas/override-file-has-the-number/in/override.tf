resource "kubernetes_deployment_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    replicas = 3
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
