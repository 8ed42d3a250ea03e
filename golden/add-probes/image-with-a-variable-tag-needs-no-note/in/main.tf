resource "kubernetes_pod_v1" "grafana" {
  metadata {
    name = "grafana"
  }
  spec {
    container {
      name  = "grafana"
      image = "grafana/grafana:${var.image}"
    }
  }
}

variable "image" {
  default = "11.3.0"
}
