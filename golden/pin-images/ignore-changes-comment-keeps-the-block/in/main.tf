resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "nginx:latest"
        }
      }
    }
  }
  lifecycle {
    # why this is here
    ignore_changes = [spec[0].template[0].spec[0].container[0].image]
  }
}
