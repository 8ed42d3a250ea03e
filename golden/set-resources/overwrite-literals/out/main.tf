resource "kubernetes_deployment_v1" "api" {
  metadata {
    name      = "api"
    namespace = "shop"
    labels = {
      app = "api"
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
              cpu    = "35m"
              memory = "208Mi"
            }
            limits = {
              cpu              = "4"
              memory           = "384Mi"
              "nvidia.com/gpu" = "1"
            }
          }
        }
      }
    }
  }
}
