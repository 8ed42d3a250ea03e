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
          name           = "proxy"
          image          = "grafana/grafana:11.3.0"
          restart_policy = "Always"
          port {
            container_port = 3000
          }
        }
        container {
          name  = "app"
          image = "prom/blackbox-exporter:v0.25.0"
        }
      }
    }
  }
}
