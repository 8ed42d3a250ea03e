resource "kubernetes_deployment_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    replicas = 2
    selector {
      match_labels = { app = "app" }
    }
    template {
      metadata {
        labels = { app = "app" }
      }
      spec {
        volume {
          name = "data"
          host_path {
            path = "/srv/app"
          }
        }
        container {
          name  = "app"
          image = "ghcr.io/acme/app:1"
        }
      }
    }
  }
}
