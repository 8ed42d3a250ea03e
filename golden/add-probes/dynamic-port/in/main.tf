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
          image = "grafana/grafana:11.3.0"
          dynamic "port" {
            for_each = [3000]
            content {
              container_port = port.value
            }
          }
        }
      }
    }
  }
}
