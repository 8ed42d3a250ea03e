resource "kubernetes_stateful_set_v1" "api" {
  metadata {
    name = "api"
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
              cpu    = "250m"
              memory = "1536Mi"
            }
            limits = {
              memory = "2304Mi"
            }
          }
        }
      }
    }
  }
}
