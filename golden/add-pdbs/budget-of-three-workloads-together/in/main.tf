resource "kubernetes_deployment" "one" {
  metadata {
    name      = "one"
    namespace = "shop"
  }

  spec {
    replicas = 1

    selector {
      match_labels = {
        app = "one"
      }
    }

    template {
      metadata {
        labels = {
          app   = "one"
          group = "dns"
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
}

resource "kubernetes_deployment" "two" {
  metadata {
    name      = "two"
    namespace = "shop"
  }

  spec {
    replicas = 1

    selector {
      match_labels = {
        app = "two"
      }
    }

    template {
      metadata {
        labels = {
          app   = "two"
          group = "dns"
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
}

resource "kubernetes_deployment" "three" {
  metadata {
    name      = "three"
    namespace = "shop"
  }

  spec {
    replicas = 1

    selector {
      match_labels = {
        app = "three"
      }
    }

    template {
      metadata {
        labels = {
          app   = "three"
          group = "dns"
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
}

resource "kubernetes_pod_disruption_budget_v1" "dns" {
  metadata {
    name      = "dns"
    namespace = "shop"
  }

  spec {
    min_available = "2"

    selector {
      match_labels = {
        group = "dns"
      }
    }
  }
}
