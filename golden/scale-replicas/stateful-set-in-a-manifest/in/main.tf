resource "kubernetes_manifest" "web" {
  manifest = {
    apiVersion = "apps/v1"
    kind       = "StatefulSet"
    metadata = {
      name      = "web"
      namespace = "shop"
      labels    = { tier = "0-core" }
    }
    spec = {
      serviceName = "web"
      volumeClaimTemplates = [
        { metadata = { name = "data" }, spec = { accessModes = ["ReadWriteOnce"] } }
      ]
      selector = { matchLabels = { app = "web" } }
      template = {
        metadata = { labels = { app = "web" } }
        spec = {
          affinity = {
            nodeAffinity = {
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
