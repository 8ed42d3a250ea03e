resource "kubernetes_manifest" "app" {
  manifest = {
    apiVersion = "apps/v1"
    kind       = "Deployment"
    spec = {
      template = {
        spec = {
          initContainers = [{ name = "init", image = "busybox" }]
          containers = [
            {
              name  = "web"
              image = "nginx:latest" # the front
            },
          ]
        }
      }
    }
  }
}
