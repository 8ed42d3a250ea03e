resource "kubernetes_deployment_v1" "app" {
  count = var.enabled ? 1 : 0
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
        }
      }
    }
  }
}

variable "enabled" {
  type = bool
}
