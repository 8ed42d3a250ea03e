resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = "nginx:1.27.3@sha256:4f2c8b217ed02ac4b112d0e1e814819ceec1879c12a89078bdb3cd0c4025e85a"
        }
      }
    }
  }
}
