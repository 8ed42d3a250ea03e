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
        init_container {
          name  = "init"
          image = "grafana/grafana:11.3.0"
        }
        container {
          name  = "app"
          image = "privatebin/nginx-fpm-alpine:1.7.4"
          liveness_probe {
            http_get {
              path = "/"
              port = 3000
            }
          }
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
