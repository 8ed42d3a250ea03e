resource "kubernetes_deployment_v1" "api" {
  metadata {
    name      = "api"
    namespace = "shop"
    labels = {
      tier = "4-aux"
    }
  }
  spec {
    template {
      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/api:1.4.2"

          resources {
            requests = {
              cpu    = "10m"
              memory = "208Mi"
            }
            limits = {
              memory = "384Mi"
            }
          }
        }
      }
    }
  }
}
