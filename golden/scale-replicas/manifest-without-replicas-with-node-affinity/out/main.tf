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
      replicas = 2
      template = {
        metadata = { labels = { app = "web" } }
        spec = {
          affinity = {
            nodeAffinity = {
              preferredDuringSchedulingIgnoredDuringExecution = []
            }
            podAntiAffinity = {
              preferredDuringSchedulingIgnoredDuringExecution = [
                {
                  weight = 100
                  podAffinityTerm = {
                    topologyKey = "kubernetes.io/hostname"
                    labelSelector = {
                      matchLabels = { app = "web" }
                    }
                  }
                },
              ]
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

resource "kubernetes_pod_disruption_budget_v1" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
  }

  spec {
    min_available = "1"

    selector {
      match_labels = { app = "web" }
    }
  }
}
