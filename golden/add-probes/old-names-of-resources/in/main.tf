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
        }
      }
    }
  }
}
