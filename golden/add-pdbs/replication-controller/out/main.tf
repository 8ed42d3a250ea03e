resource "kubernetes_replication_controller" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
  }

  spec {
    replicas = 3

    selector = {
      app = "web"
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
        }
      }
    }
  }
}

resource "kubernetes_pod_disruption_budget_v1" "web" {
  metadata {
    name      = "web"
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
