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
          image = "ghcr.io/acme/app:1.2.3"
          port {
            container_port = 8080
          }
        }
        container {
          name  = "exporter"
          image = "ghcr.io/acme/exporter:2.0.0"
          port {
            name           = "metrics"
            container_port = 9100
          }
        }
      }
    }
  }
}

resource "kubernetes_service_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    selector = {
      app = "app"
    }
    port {
      name        = "http"
      port        = 80
      target_port = 8080
    }
    port {
      name = "metrics"
      port = 9100
    }
  }
}
