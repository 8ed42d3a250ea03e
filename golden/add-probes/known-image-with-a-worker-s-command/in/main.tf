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
          name    = "app"
          image   = "apache/superset:4.1.1"
          command = ["celery", "worker"]
        }
      }
    }
  }
}
