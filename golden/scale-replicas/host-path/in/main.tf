resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

resource "kubernetes_deployment" "web" {
  metadata {
    name      = "web"
    namespace = kubernetes_namespace.shop.metadata[0].name
    labels = {
      tier = "0-core"
    }
  }

  spec {
    replicas = 1

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
        volume {
          name = "data"
          host_path {
            path = "/srv/web"
          }
        }
        container {
          name  = "app"
          image = "nginx:1.27"
          volume_mount {
            name       = "data"
            mount_path = "/data"
            read_only  = true
          }
        }
      }
    }
  }
}
