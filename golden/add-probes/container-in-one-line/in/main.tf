resource "kubernetes_pod_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    container {}
    container { image = "privatebin/nginx-fpm-alpine:1.7.4" }
  }
}
