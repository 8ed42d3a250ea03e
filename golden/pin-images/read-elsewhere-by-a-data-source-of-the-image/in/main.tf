locals {
  image = "nginx:latest"
}

data "docker_registry_image" "web" {
  name = local.image
}

resource "docker_image" "web" {
  name          = local.image
  pull_triggers = [data.docker_registry_image.web.sha256_digest]
}
