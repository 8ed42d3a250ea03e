resource "kubernetes_pod_v1" "x" {
  metadata {
    name = "x"
  }

  spec {
    container {
      name  = "app"
      image = "ghcr.io/acme/web:1.4.2"
    }
  }
}
