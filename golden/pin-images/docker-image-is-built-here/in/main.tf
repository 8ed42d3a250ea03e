resource "docker_image" "web" {
  name = "acme/web:latest"
  build {
    context = "."
  }
}
