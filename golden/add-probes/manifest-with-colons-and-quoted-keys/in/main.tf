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
              "name" : "app",
              "image" : "ghcr.io/acme/app:1.2.3",
              "ports" : [{ "containerPort" : 8080 }]
            },
          ]
        }
      }
    }
  }
}

resource "kubernetes_manifest" "service" {
  manifest = {
    apiVersion = "v1"
    kind       = "Service"
    metadata = {
      name      = "app"
      namespace = "default"
    }
    spec = {
      selector = { app = "app" }
      ports    = [{ port = 80, targetPort = 8080 }]
    }
  }
}
