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
          image = "prom/blackbox-exporter:v0.25.0"
          args  = ["--web.listen-address=127.0.0.1:9115"]
        }
      }
    }
  }
}
