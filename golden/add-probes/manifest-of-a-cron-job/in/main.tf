resource "kubernetes_manifest" "app" {
  manifest = {
    apiVersion = "batch/v1"
    kind       = "CronJob"
    metadata   = { name = "app", namespace = "default" }
    spec = {
      schedule = "@daily"
      jobTemplate = {
        spec = {
          template = {
            spec = {
              containers = [{ name = "app", image = "grafana/grafana:11.3.0" }]
            }
          }
        }
      }
    }
  }
}
