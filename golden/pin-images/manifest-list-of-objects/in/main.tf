resource "kubernetes_manifest" "app" {
  manifest = {
    kind = "List"
    items = [{
      kind = "Pod"
      spec = { containers = [{ image = "nginx:latest" }] }
    }]
  }
}
