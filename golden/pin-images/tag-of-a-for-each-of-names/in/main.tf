resource "docker_container" "app" {
  for_each = toset(["nginx", "redis"])
  name     = each.key
  image    = "${each.key}:latest"
}
