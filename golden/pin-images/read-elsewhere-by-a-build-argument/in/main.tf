variable "base" {
  default = "nginx:latest"
}

resource "docker_container" "web" {
  name  = "web"
  image = var.base
}

resource "docker_image" "app" {
  name = "app"

  build {
    context    = "."
    build_args = { BASE = var.base }
  }
}
