resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "[2001:db8::1]:5000/app:2.3@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    }
  }
}
