resource "kubernetes_deployment_v1" "grafana" {
  for_each = {
    one = "10.4.0"
    two = "11.3.0"
  }
  metadata {
    name = "grafana"
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
          image = "grafana/grafana:${each.value}"
        }
      }
    }
  }
}
