resource "kubernetes_manifest" "app" {
  manifest = {
    apiVersion = "apps/v1"
    kind       = "DaemonSet"
    metadata   = { name = "app", namespace = "shop" }
    spec = {
      selector = { matchLabels = { app = "app" } }
      template = {
        metadata = { labels = { app = "app" } }
        spec = {
          containers = [
            {
              name          = "app"
              image         = "grafana/grafana:11.3.0"
              livenessProbe = null
            }
          ]
        }
      }
    }
  }
}
