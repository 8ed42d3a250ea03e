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
              name  = "app",
              image = "privatebin/nginx-fpm-alpine:1.7.4",
              livenessProbe = {
                httpGet = {
                  path = "/"
                  port = 8080
                }
                periodSeconds    = 10
                timeoutSeconds   = 5
                failureThreshold = 6
              },
              readinessProbe = {
                httpGet = {
                  path = "/"
                  port = 8080
                }
                periodSeconds    = 10
                timeoutSeconds   = 5
                failureThreshold = 3
              }
            },
          ]
        }
      }
    }
  }
}
