resource "kubernetes_stateful_set_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    service_name = "app"
    replicas     = 3
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
          image = "library/zookeeper:3.9"
          port {
            container_port = 2181
          }
        }
      }
    }
  }
}
