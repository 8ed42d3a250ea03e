variable "mirror" {
  default = false
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "%{ if var.mirror }mirror.local/%{ endif }nginx:latest"
    }
  }
}
