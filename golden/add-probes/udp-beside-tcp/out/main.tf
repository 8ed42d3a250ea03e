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
          image = "ghcr.io/acme/app:1.2.3"
          port {
            name           = "udp"
            container_port = 3478
            protocol       = "UDP"
          }
          port {
            name           = "tcp"
            container_port = 3478
          }
          liveness_probe {
            tcp_socket {
              port = "tcp"
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }
          readiness_probe {
            tcp_socket {
              port = "tcp"
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 3
          }
          startup_probe {
            tcp_socket {
              port = "tcp"
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 180
          }
        }
      }
    }
  }
}

resource "kubernetes_service_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    selector = {
      app = "app"
    }
    port {
      name     = "udp"
      port     = 3478
      protocol = "UDP"
    }
    port {
      name     = "tcp"
      port     = 3478
      protocol = "TCP"
    }
  }
}
