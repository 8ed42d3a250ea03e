resource "kubernetes_deployment_v1" "api" {
  metadata {
    name      = "api"
    namespace = "shop"
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

resource "kubernetes_resource_quota_v1" "shop" {
  metadata {
    name      = "shop"
    namespace = "shop"
  }
  spec {
    hard = {
      "requests.memory" = "4Gi"
    }
  }
}
