resource "kubernetes_deployment_v1" "app" {
  for_each = toset(["nginx:latest", "redis:7"])
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = each.value
        }
      }
    }
  }
}
