resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

variable "affinity" {
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
    replicas = 3

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
        dynamic "affinity" {
          for_each = var.affinity
          content {
            pod_anti_affinity {}
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
