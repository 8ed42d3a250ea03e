resource "kubernetes_deployment_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    selector {
      match_labels = {
        app = "app"
      }
    }
    template {
      metadata {
        labels = {
          app = "app"
        }
      }
      spec {
        container {
          name  = "app"
          image = "rabbitmq:3.13.7"
          readiness_probe {
            http_get {
              path = "/"
              port = 3000
            }
          }
        }
      }
    }
  }
}
