variable "name" {
  type = string
}

resource "kubernetes_manifest" "api" {
  manifest = {
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata = {
      name      = var.name
      namespace = "shop"
    }
    spec = {
      template = {
        spec = {
          containers = [
            {
              name  = "app"
              image = "ghcr.io/acme/api:1.4.2"
              resources = {
                requests = {
                  cpu    = "35m"
                  memory = "960Mi"
                }
                limits = {
                  memory = "1280Mi"
                }
              }
            },
          ]
        }
      }
    }
  }
}
