resource "kubernetes_deployment" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
  }

  spec {
    replicas = 2

    selector {
      match_labels = {
        app = "web"
      }
    }

    template {
      metadata {
        labels = {
          app = "web"
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

resource "kubernetes_pod_disruption_budget_v1" "of_web" {
  count = 0

  metadata {
    name      = "of-web"
    namespace = "shop"
  }

  spec {
    max_unavailable = "1"

    selector {
      match_labels = {
        app = "web"
      }
    }
  }
}
