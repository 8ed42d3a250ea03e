locals {
  name = "web"
}

resource "kubernetes_manifest" "web" {
  manifest = {
    "apiVersion" = "apps/v1"
    "kind"       = "Deployment"
    "metadata" = {
      "name"      = local.name
      "namespace" = "shop"
    }
    "spec" = {
      "replicas" = 3
      "selector" = {
        "matchLabels" : {
          "app" : "web"
        }
        "matchExpressions" : [
          { "key" : "tier", "operator" : "In", "values" : ["front", "edge"] },
        ]
      }
      "template" = {
        "metadata" = {
          "labels" = { "app" = "web", "tier" = "front" }
        }
        "spec" = {
          "containers" = [
            {
              "name"  = "app"
              "image" = "ghcr.io/acme/web:1.4.2"
            }
          ]
        }
      }
    }
  }
}
