resource "kubernetes_manifest" "rollout" {
  manifest = {
    apiVersion = "argoproj.io/v1alpha1"
    kind       = "Rollout"
    metadata   = { name = "api" }
    spec       = { template = { spec = { containers = [{ name = "app", image = "nginx:1.27" }] } } }
  }
}
