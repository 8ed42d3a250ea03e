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
    ignore_changes = [
      # set by CI
      metadata[0].labels,
      spec[0].template[0].spec[0].container[0].image,
    ]
  }
}
