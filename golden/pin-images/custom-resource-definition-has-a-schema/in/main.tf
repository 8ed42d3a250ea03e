resource "kubernetes_manifest" "crd" {
  manifest = {
    apiVersion = "apiextensions.k8s.io/v1"
    kind       = "CustomResourceDefinition"
    spec = {
      versions = [{
        schema = {
          openAPIV3Schema = {
            properties = {
              image      = { type = "string", default = "nginx:latest" }
              containers = { type = "array", items = { properties = { image = { type = "string" } } } }
            }
          }
        }
      }]
    }
  }
}
