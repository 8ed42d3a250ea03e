resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

resource "kubernetes_deployment" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
  }

  spec {
    replicas = 2

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
          image = "ghcr.io/acme/web:1.4.2"

          readiness_probe {
            http_get {
              path = "/"
              port = 8080
            }
          }
        }
      }
    }
  }

  depends_on = [kubernetes_namespace.shop, kubernetes_secret.web]
}

resource "kubernetes_pod_disruption_budget_v1" "web" {
  depends_on = [kubernetes_namespace.shop]

  metadata {
    name      = "web"
    namespace = "shop"
  }

  spec {
    min_available = "1"

    selector {
      match_labels = {
        app = "web"
      }
    }
  }
}

resource "kubernetes_secret" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
  }

  depends_on = [kubernetes_namespace.shop]
}
