resource "kubernetes_deployment_v1" "api" {
  metadata {
    name      = "api"
    namespace = kubernetes_namespace.shop.metadata[0].name
    labels = {
      app = "api"
    }
  }
  spec {
    template {
      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/api:1.4.2"
        }
      }
    }
  }
}

resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
    labels = {
      tier = "4-aux"
    }
  }
}
