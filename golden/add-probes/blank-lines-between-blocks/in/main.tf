resource "kubernetes_pod_v1" "app" {
  metadata {
    name = "app"
  }

  spec {
    container {
      name  = "app"
      image = "privatebin/nginx-fpm-alpine:1.7.4"

      port {
        container_port = 8080
      }

      security_context {
        read_only_root_filesystem = true
      }
    }
  }
}
