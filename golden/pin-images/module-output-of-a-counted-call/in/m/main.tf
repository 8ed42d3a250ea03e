output "image" {
  value = "nginx:latest"
}
