job "old" {
  image = "nginx:latest"
}
