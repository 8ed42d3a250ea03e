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

resource "kubernetes_pod_disruption_budget_v1" "web" {
  metadata {
    name      = local.name
    namespace = "shop"
  }

  spec {
    max_unavailable = "1"

    selector {
      match_labels = {
        "app" : "web"
      }

      match_expressions {
        key      = "tier"
        operator = "In"
        values   = ["front", "edge"]
      }
    }
  }
}
