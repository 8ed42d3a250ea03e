resource "kubernetes_manifest" "web" {
  manifest = {
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata = {
      name      = "web"
      namespace = "shop"
      labels    = { tier = "0-core" }
    }
    spec = {
      selector = { matchLabels = { app = "web" } }
      template = {
        metadata = { labels = { app = "web" } }
        spec = {
          affinity = {
            podAntiAffinity = {
              preferredDuringSchedulingIgnoredDuringExecution = []
            }
          }
          containers = [
            { name = "app", image = "nginx:1.27" }
          ]
        }
      }
    }
  }
}
