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
