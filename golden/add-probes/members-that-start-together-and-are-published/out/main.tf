resource "kubernetes_stateful_set_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    service_name          = "app"
    replicas              = 3
    pod_management_policy = "Parallel"
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
            container_port = 8080
          }
          liveness_probe {
            tcp_socket {
              port = 8080
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }
          readiness_probe {
            tcp_socket {
              port = 8080
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 3
          }
          startup_probe {
            tcp_socket {
              port = 8080
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
    publish_not_ready_addresses = true
    cluster_ip                  = "None"
    port {
      port = 8080
    }
  }
}
