resource "docker_tag" "app" {
  source_image = "ghcr.io/acme/app:latest"
  target_image = "registry.example.com/app:latest"
}

resource "docker_registry_image" "app" {
  name = "registry.example.com/app:latest"
}
