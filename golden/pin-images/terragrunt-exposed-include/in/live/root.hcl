locals {
  image = "nginx:latest"
}
