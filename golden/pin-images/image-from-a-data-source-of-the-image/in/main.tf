data "docker_registry_image" "web" {
  name = "nginx:latest"
}

resource "docker_image" "web" {
  name = data.docker_registry_image.web.name
}
