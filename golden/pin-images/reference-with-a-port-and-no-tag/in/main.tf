resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "registry.local:5000/app"
    }
  }
}
