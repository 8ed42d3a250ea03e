resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

variable "volumes" {
  type = any
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
        dynamic "volume" {
          for_each = var.volumes
          content {
            name = volume.key
            persistent_volume_claim {
              claim_name = volume.value
            }
          }
        }
        container {
          name  = "app"
          image = "nginx:1.27"
        }
      }
    }
  }
}
