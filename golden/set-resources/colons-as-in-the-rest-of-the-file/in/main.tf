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

resource "kubernetes_deployment_v1" "web" {
  metadata {
    name      = "web"
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
          resources {
            requests = {
              "cpu" : "100m"
              "memory" : "1Gi"
            }
            limits = {
              "memory" : "1Gi"
            }
          }
        }
      }
    }
  }
}
