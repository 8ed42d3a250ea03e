variable "image" {
  default = "nginx:latest"
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = var.image

      image_pull_policy = endswith(var.image, ":latest") ? "Always" : "IfNotPresent"
    }
  }
}
