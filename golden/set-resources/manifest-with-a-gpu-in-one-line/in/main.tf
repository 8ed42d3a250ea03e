resource "kubernetes_manifest" "api" {
  manifest = {
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata = {
      name      = "api"
      namespace = "shop"
    }
    spec = {
      template = {
        spec = {
          containers = [
            {
              name      = "app"
              image     = "ghcr.io/acme/api:1.4.2"
              resources = { limits = { "nvidia.com/gpu" = "1" } }
            },
          ]
        }
      }
    }
  }
}
