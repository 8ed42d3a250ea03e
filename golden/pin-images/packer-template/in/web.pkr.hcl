source "docker" "web" {
  image  = "nginx:latest"
  commit = true
}
