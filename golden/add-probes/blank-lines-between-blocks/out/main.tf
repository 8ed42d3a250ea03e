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

      liveness_probe {
        http_get {
          path = "/"
          port = 8080
        }
        period_seconds    = 10
        timeout_seconds   = 5
        failure_threshold = 6
      }

      readiness_probe {
        http_get {
          path = "/"
          port = 8080
        }
        period_seconds    = 10
        timeout_seconds   = 5
        failure_threshold = 3
      }
    }
  }
}
