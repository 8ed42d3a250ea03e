variable "major" {
  default = "1"
}

variable "minor" {
  default = "27"
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "nginx:${var.major}.${var.minor}"
    }
  }
}
