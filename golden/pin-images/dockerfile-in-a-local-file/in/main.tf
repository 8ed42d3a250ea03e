resource "local_file" "dockerfile" {
  filename = "${path.module}/Dockerfile"
  content  = <<-EOT
    FROM nginx:latest AS base
    LABEL image="nginx:latest"
  EOT
}
