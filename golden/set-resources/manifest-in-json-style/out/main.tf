resource "kubernetes_manifest" "api" {
  manifest = {
    "apiVersion" : "apps/v1",
    "kind" : "Deployment",
    "metadata" : { "name" : "api", "namespace" : "shop" },
    "spec" : {
      "template" : {
        "spec" : {
          "containers" : [
            {
              "name" : "app",
              "image" : "ghcr.io/acme/api:1.4.2",
              "resources" : {
                "limits" : {
                  "cpu" : "2"
                  "memory" : "384Mi"
                }
                "requests" : {
                  "cpu" : "35m"
                  "memory" : "208Mi"
                }
              }
            },
            {
              "name" : "proxy",
              "image" : "envoyproxy/envoy:v1.31.0",
              "resources" : {
                "requests" : {
                  "cpu" : "10m"
                  "memory" : "32Mi"
                }
                "limits" : {
                  "memory" : "44Mi"
                }
              }
            }
          ]
        }
      }
    }
  }
}
