resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "registry.k8s.io/pause:latest"
    }
  }
}
