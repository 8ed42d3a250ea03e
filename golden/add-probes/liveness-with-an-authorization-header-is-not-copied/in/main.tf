resource "kubernetes_deployment_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    selector {
      match_labels = { app = "app" }
    }
    template {
      metadata {
        labels = { app = "app" }
      }
      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/app:1"
          liveness_probe {
            http_get {
              path = "/"
              port = 8080
              http_header {
                name  = "Authorization"
                value = "Basic am9lOmh1bnRlcjI="
              }
            }
          }
        }
      }
    }
  }
}
