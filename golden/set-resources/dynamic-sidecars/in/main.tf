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
          resources {
            requests = { cpu = "1", memory = "1Gi" }
            limits   = { memory = "1Gi" }
          }
        }
        dynamic "container" {
          for_each = { log = "busybox:1.36", proxy = "envoyproxy/envoy:v1.31.0" }
          content {
            name  = container.key
            image = container.value
          }
        }
      }
    }
  }
}
