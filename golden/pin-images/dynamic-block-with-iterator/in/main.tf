resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        dynamic "container" {
          for_each = { web = "nginx:latest", cache = "redis:7" }
          iterator = each_one
          content {
            name  = each_one.key
            image = each_one.value
          }
        }
      }
    }
  }
}
