resource "kubernetes_daemon_set_v1" "app" {
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
          image = "prom/node-exporter:v1.8.2"
          port {
            name           = "metrics"
            container_port = 9100
          }
        }
      }
    }
  }
}
