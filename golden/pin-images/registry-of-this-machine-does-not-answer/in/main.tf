resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "localhost:5000/app:dev"
    }
  }
}
