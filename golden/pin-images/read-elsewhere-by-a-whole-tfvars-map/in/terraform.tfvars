images = {
  web = "nginx:latest"
}
