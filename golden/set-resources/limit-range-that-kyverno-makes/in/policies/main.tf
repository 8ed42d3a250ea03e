resource "kubernetes_manifest" "limits" {
  manifest = {
    apiVersion = "kyverno.io/v1"
    kind       = "ClusterPolicy"
    metadata   = { name = "limits" }
    spec = {
      rules = [
        {
          name = "core"
          match = {
            any = [{ resources = { kinds = ["Namespace"], selector = { matchLabels = { tier = "0-core" } } } }]
          }
          generate = {
            apiVersion = "v1"
            kind       = "LimitRange"
            name       = "limits"
            namespace  = "{{request.object.metadata.name}}"
            data       = { spec = { limits = [{ type = "Container", max = { memory = "8Gi" } }] } }
          }
        },
        {
          name = "aux"
          match = {
            any = [{ resources = { kinds = ["Namespace"], selector = { matchLabels = { tier = "4-aux" } } } }]
          }
          generate = {
            apiVersion = "v1"
            kind       = "LimitRange"
            name       = "limits"
            namespace  = "{{request.object.metadata.name}}"
            data       = { spec = { limits = [{ type = "Container", max = { memory = "256Mi" } }] } }
          }
        },
      ]
    }
  }
}
