resource "kubernetes_pod_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    container {}
    container {
      image = "privatebin/nginx-fpm-alpine:1.7.4"
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
