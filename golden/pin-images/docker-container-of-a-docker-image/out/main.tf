resource "docker_image" "web" {
  name = "nginx:1.27.3@sha256:f6bd810360c381c81576b17c0e1e306dc005db5d537af3e65b854275c9f09b93"
}

resource "docker_container" "web" {
  name  = "web"
  image = docker_image.web.image_id
}
