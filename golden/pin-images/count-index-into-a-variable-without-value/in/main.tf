variable "images" {
  type = list(string)
}

resource "docker_container" "app" {
  count = length(var.images)
  name  = "app-${count.index}"
  image = var.images[count.index]
}
