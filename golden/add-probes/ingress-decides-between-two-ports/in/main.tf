resource "kubernetes_deployment_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    selector {
      match_labels = {
        app = "app"
      }
    }
    template {
      metadata {
        labels = {
          app = "app"
        }
      }
      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/app:1.2.3"
          port {
            container_port = 8080
          }
          port {
            container_port = 8081
          }
        }
      }
    }
  }
}

resource "kubernetes_service_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    selector = {
      app = "app"
    }
    port {
      name = "app"
      port = 8080
    }
    port {
      name = "admin"
      port = 8081
    }
  }
}

resource "kubernetes_ingress_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    rule {
      http {
        path {
          path = "/"
          backend {
            service {
              name = "app"
              port {
                number = 8081
              }
            }
          }
        }
      }
    }
  }
}
