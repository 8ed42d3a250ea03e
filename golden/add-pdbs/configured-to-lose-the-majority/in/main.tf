resource "kubernetes_stateful_set" "etcd" {
  metadata {
    name      = "etcd"
    namespace = "infra"
  }

  spec {
    replicas = 3

    selector {
      match_labels = {
        app = "etcd"
      }
    }

    template {
      metadata {
        labels = {
          app = "etcd"
        }
      }

      spec {
        container {
          name  = "app"
          image = "quay.io/coreos/etcd:v3.5.17"

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
