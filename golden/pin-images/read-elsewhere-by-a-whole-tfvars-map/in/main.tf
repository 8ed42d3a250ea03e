variable "images" {
  type = map(string)
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = var.images["web"]
    }
  }
}

output "images" {
  value = var.images
}
