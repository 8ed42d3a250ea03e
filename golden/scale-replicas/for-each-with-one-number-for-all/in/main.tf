resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

resource "kubernetes_deployment" "web" {
  for_each = toset(["a", "b"])
  metadata {
    name      = "web-${each.key}"
    namespace = kubernetes_namespace.shop.metadata[0].name
    labels = {
      tier = "0-core"
    }
  }

  spec {
    replicas = 1

    selector {
      match_labels = {
        app = "web-${each.key}"
      }
    }

    template {
      metadata {
        labels = {
          app = "web-${each.key}"
        }
      }
      spec {
        container {
          name  = "app"
          image = "nginx:1.27"
        }
      }
    }
  }
}
