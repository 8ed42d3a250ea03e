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
      "replicas" : 1
      "selector" : { "matchLabels" : { "app" : "web" } }
      "template" : {
        "metadata" : { "labels" : { "app" : "web" } }
        "spec" : {
          "containers" : [
            { "name" : "app", "image" : "nginx:1.27" }
          ]
        }
      }
    }
  }
}
