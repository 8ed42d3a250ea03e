resource "kubernetes_pod_v1" "grafana" {
  metadata {
    name = "grafana"
  }
  spec {
    container {
      name  = "grafana"
      image = var.image
    }
  }
}

variable "image" {
  default = "grafana/grafana:11.3.0"
}
