resource "docker_container" "web" {
  name  = "web"
  image = <<EOT
nginx:latest
EOT
}
