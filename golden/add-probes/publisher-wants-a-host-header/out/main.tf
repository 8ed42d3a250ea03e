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
          image = "netboxcommunity/netbox:v4.1.6"
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
            http_get {
              path = "/login/"
              port = 8080
              http_header {
                name  = "Host"
                value = "localhost"
              }
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
            failure_threshold = 90
          }
        }
      }
    }
  }
}
