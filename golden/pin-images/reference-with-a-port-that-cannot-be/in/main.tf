resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "registry.example.com:99999/app:latest"
    }
  }
}
