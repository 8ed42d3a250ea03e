resource "docker_container" "web" {
  name  = "web"
  image = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
}
