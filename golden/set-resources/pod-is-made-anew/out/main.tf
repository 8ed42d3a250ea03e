resource "kubernetes_pod" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
  }
  spec {
    container {
      name  = "app"
      image = "nginx:1.27"

      resources {
        requests = {
          cpu    = "10m"
          memory = "20Mi"
        }
        limits = {
          memory = "32Mi"
        }
      }
    }
  }
}
