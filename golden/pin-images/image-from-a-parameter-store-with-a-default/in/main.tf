resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = coalesce(data.aws_ssm_parameter.image.value, local.fallback)
    }
  }
}

locals {
  fallback = "nginx:latest"
}

output "fallback" {
  value = local.fallback
}
