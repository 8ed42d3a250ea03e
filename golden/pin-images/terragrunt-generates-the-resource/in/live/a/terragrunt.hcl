generate "web" {
  path      = "web.tf"
  if_exists = "overwrite"
  contents  = <<EOF
resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = "nginx:latest"
    }
  }
}
EOF
}
