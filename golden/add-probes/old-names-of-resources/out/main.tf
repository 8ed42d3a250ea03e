resource "kubernetes_deployment" "one" {
  metadata {
    name = "one"
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
          image = "grafana/grafana:11.3.0"

          liveness_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }

          readiness_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 3
          }

          startup_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 90
          }
        }
      }
    }
  }
}

resource "kubernetes_daemonset" "two" {
  metadata {
    name = "two"
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
          image = "grafana/grafana:11.3.0"

          liveness_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }

          readiness_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 3
          }

          startup_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 90
          }
        }
      }
    }
  }
}

resource "kubernetes_replication_controller" "three" {
  metadata {
    name = "three"
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
          image = "grafana/grafana:11.3.0"

          liveness_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
          }

          readiness_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 3
          }

          startup_probe {
            http_get {
              path = "/api/health"
              port = 3000
            }
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 90
          }
        }
      }
    }
  }
}
