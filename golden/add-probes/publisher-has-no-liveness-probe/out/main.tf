resource "kubernetes_deployment_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    selector {
      match_labels = {
        app = "app"
      }
    }
    template {
      metadata {
        labels = {
          app = "app"
        }
      }
      spec {
        container {
          name  = "app"
          image = "rabbitmq:3.13.7"
          port {
            name           = "amqp"
            container_port = 5672
          }
          readiness_probe {
            tcp_socket {
              port = "amqp"
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 3
          }
        }
      }
    }
  }
}
