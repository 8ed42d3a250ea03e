variable "image" {
}

output "image" {
  value = var.image
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = var.image
    }
  }
}
