resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "ghcr.io/acme/app:1.4@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    }
  }
}
