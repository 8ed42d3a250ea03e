inputs = {
  image = "nginx:latest"
}
