resource "kubernetes_replication_controller" "web" {
  metadata {
    name   = "web"
    labels = { tier = "0-core" }
  }
  spec {
    replicas = 1
    selector = { app = "web" }
    template {
      metadata {
        labels = { app = "web" }
      }
      spec {
        container {
          name  = "app"
          image = "nginx:1.27"
        }
      }
    }
  }
}
