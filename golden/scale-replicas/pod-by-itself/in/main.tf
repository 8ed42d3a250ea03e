resource "kubernetes_pod" "web" {
  metadata {
    name   = "web"
    labels = { tier = "0-core" }
  }
  spec {
    container {
      name  = "app"
      image = "nginx:1.27"
    }
  }
}
