resource "kubernetes_pod_v1" "app" {
  metadata {
    name = "app"
    labels = {
      app = "app"
    }
  }
  spec {
    restart_policy = "OnFailure"
    container {
      name  = "app"
      image = "grafana/grafana:11.3.0"
    }
  }
}
