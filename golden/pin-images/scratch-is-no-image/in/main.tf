resource "docker_image" "base" {
  name = "scratch"
}
