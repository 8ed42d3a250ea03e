resource "kubernetes_manifest" "app" {
  manifest = {
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata = {
      name      = "app"
      namespace = "default"
    }
    spec = {
      selector = { matchLabels = { app = "app" } }
      template = {
        metadata = { labels = { app = "app" } }
        spec = {
          containers = [
            {
              name  = "app"
              image = "grafana/grafana:11.3.0"
              ports = [{ containerPort = 3000, name = "http" }]
            },
          ]
        }
      }
    }
  }
}
