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
          image = "privatebin/nginx-fpm-alpine:1.7.4"
          port {
            container_port = 8080
          }
        }
      }
    }
  }
}
