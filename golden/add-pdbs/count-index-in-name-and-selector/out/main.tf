resource "kubernetes_deployment" "web" {
  count = 3

  metadata {
    name      = "web-${count.index}"
    namespace = "shop"
  }

  spec {
    replicas = 2

    selector {
      match_labels = {
        app = "web-${count.index}"
      }
    }

    template {
      metadata {
        labels = {
          app = "web-${count.index}"
        }
      }

      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/web:1.4.2"

          readiness_probe {
            http_get {
              path = "/"
              port = 8080
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_pod_disruption_budget_v1" "web" {
  count = 3

  metadata {
    name      = "web-${count.index}"
    namespace = "shop"
  }

  spec {
    min_available = "1"

    selector {
      match_labels = {
        app = "web-${count.index}"
      }
    }
  }
}
