resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

# The shop's front.
resource "kubernetes_deployment_v1" "web" {
  metadata {
    name   = "web" # as in DNS
    labels = { tier = "0-core" }
  }
  spec {
    selector { match_labels = { app = "web" } }
    template {
      metadata { labels = { app = "web" } }
      spec {
        container {
          name  = "app"
          image = "nginx:1.27"
          readiness_probe {
            tcp_socket { port = 80 }
          }
        }
        # no sidecars
      }
    }
  }
}
