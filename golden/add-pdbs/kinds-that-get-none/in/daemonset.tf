resource "kubernetes_daemon_set_v1" "x" {
  metadata {
    name = "x"
  }

  spec {
    selector {
      match_labels = {
        app = "x"
      }
    }

    template {
      metadata {
        labels = {
          app = "x"
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
