resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "ghcr.io/acme/operator:2.3.4@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

      args  = ["--sidecar-image=nginx:latest"]
      
      env {
        name  = "RELATED_IMAGE_NGINX"
        value = "nginx:latest"
      }
    }
  }
}
