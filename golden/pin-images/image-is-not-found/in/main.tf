resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "nginx:nope"
        }
      }
    }
  }
}
