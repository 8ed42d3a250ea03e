resource "kubernetes_deployment_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    replicas = 1
    selector {
      match_labels = { app = "app" }
    }
    template {
      metadata {
        labels = { app = "app" }
      }
      spec {
        priority_class_name = null
        container {
          name  = "app"
          image = "ghcr.io/acme/app:1"
        }
      }
    }
  }
}

resource "kubernetes_priority_class_v1" "low" {
  metadata {
    name = "low"
  }
  value = -10
}
