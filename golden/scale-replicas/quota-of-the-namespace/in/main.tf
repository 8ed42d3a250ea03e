resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

resource "kubernetes_resource_quota_v1" "shop" {
  metadata {
    name      = "shop"
    namespace = kubernetes_namespace.shop.metadata[0].name
  }
  spec {
    hard = {
      "requests.cpu" = "4"
    }
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
        container {
          name  = "app"
          image = "nginx:1.27"
          readiness_probe {
            tcp_socket {
              port = 80
            }
          }
        }
      }
    }
  }
}
