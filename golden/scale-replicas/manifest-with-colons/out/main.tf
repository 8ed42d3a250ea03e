resource "kubernetes_manifest" "web" {
  manifest = {
    "apiVersion" : "apps/v1"
    "kind" : "Deployment"
    "metadata" : {
      "name" : "web"
      "namespace" : "shop"
      "labels" : { "tier" : "0-core" }
    }
    "spec" : {
      "replicas" : 2
      "selector" : { "matchLabels" : { "app" : "web" } }
      "template" : {
        "metadata" : { "labels" : { "app" : "web" } }
        "spec" : {
          "containers" : [
            { "name" : "app", "image" : "nginx:1.27" }
          ]
          "affinity" : {
            "podAntiAffinity" : {
              "preferredDuringSchedulingIgnoredDuringExecution" : [
                {
                  "weight" : 100
                  "podAffinityTerm" : {
                    "topologyKey" : "kubernetes.io/hostname"
                    "labelSelector" : {
                      "matchLabels" : { "app" : "web" }
                    }
                  }
                },
              ]
            }
          }
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
      match_labels = { "app" : "web" }
    }
  }
}
