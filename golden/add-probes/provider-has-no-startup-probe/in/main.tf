terraform {
  required_providers {
    kubernetes = "~> 1.10.0"
  }
}

resource "kubernetes_deployment" "app" {
  metadata {
    name = "app"
  }
  spec {
    selector {
      match_labels = { app = "app" }
    }
    template {
      metadata {
        labels = { app = "app" }
      }
      spec {
        container {
          name  = "app"
          image = "redis:7.2.4"
        }
      }
    }
  }
}
