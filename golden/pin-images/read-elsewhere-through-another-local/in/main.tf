resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "nginx:${local.tag}"
    }
  }
}

locals {
  tag  = "latest"
  text = "version ${local.tag}"
}

output "text" {
  value = local.text
}
